/**
 * Which payloads of an API are binary.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-payload-encodings-workflow.html
 */

/** `image/png` of `image/png; q=1`; wildcards of the API's list fit any part. */
export function isBinary(binaryMediaTypes: readonly string[], header: string | undefined): boolean {
  const type = mediaType(header);
  return (
    type !== undefined &&
    binaryMediaTypes.some((pattern) => {
      const wanted = pattern.replaceAll("~1", "/").toLowerCase();
      return wanted === "*/*" || wanted === type || fitsRange(wanted, type);
    })
  );
}

function fitsRange(pattern: string, type: string): boolean {
  return pattern.endsWith("/*") && type.startsWith(pattern.slice(0, -1));
}

/** The first one of a list, without its parameters. */
export function mediaType(header: string | undefined): string | undefined {
  const [first = ""] = (header ?? "").split(/[,;]/);
  return first.trim().toLowerCase() || undefined;
}
