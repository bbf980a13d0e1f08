/**
 * Virtual-hosted buckets: `bucket.s3.localhost`, `bucket.localhost`, `bucket.s3.amazonaws.com`,
 * `bucket.s3.eu-west-1.amazonaws.com`.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
 */

/** In all but the first, `s3` or a regional form of it stands before the domain. */
const BUCKET_HOST =
  /^(.+?)\.(?:s3(?:[.-](?:dualstack\.)?[a-z0-9-]+)?\.(?:localhost|amazonaws\.com(?:\.cn)?)|localhost)$/;
const ENDPOINT_HOST =
  /^s3(?:[.-](?:dualstack\.)?[a-z0-9-]+)?\.(?:localhost|amazonaws\.com(?:\.cn)?)$/;

/** The bucket that a `host` header names, without a port; `undefined` for path style. */
export function bucketOfHost(host: string | undefined): string | undefined {
  const name = withoutPort(host);
  if (name === undefined || !name.includes(".") || ENDPOINT_HOST.test(name)) {
    return undefined;
  }
  const bucket = BUCKET_HOST.exec(name)?.[1];
  return bucket === "s3" ? undefined : bucket;
}

/** Whether a `host` header names S3: an endpoint of it or a bucket. */
export function isS3Host(host: string | undefined): boolean {
  const name = withoutPort(host);
  return name !== undefined && (ENDPOINT_HOST.test(name) || bucketOfHost(name) !== undefined);
}

/**
 * Where an object is that was uploaded, as the caller addresses it; slashes of its key are encoded.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
 */
export function objectLocation(endpoint: string, bucket: string, key: string): string {
  const host = endpoint.replace(/^\w+:\/\//, "");
  const place = bucketOfHost(host) === bucket ? endpoint : `${endpoint}/${bucket}`;
  return `${place}/${encodeURIComponent(key)}`;
}

function withoutPort(host: string | undefined): string | undefined {
  return host?.replace(/:\d+$/, "").toLowerCase();
}
