/** An answer AWS would give: thrown by operations, serialised once per protocol at the boundary. */
export class AwsError extends Error {
  override readonly name = "AwsError";
  /** As on the wire in the service's first protocol: `QueueDoesNotExist`. */
  readonly code: string;
  readonly status: number;
  readonly fault: "client" | "server";
  /** Further members of the error's shape: `Item`, `CancellationReasons`, `Type`. */
  readonly members: Readonly<Record<string, unknown>>;
  /** Further headers of the response; only REST XML writes them. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(options: AwsErrorOptions) {
    super(options.message);
    this.code = options.code;
    this.status = options.status ?? 400;
    this.fault = this.status >= 500 ? "server" : "client";
    this.members = options.members ?? {};
    this.headers = options.headers ?? {};
  }
}

export interface AwsErrorOptions {
  readonly code: string;
  readonly message: string;
  /** 400 unless said. A status in the service's model wins on the wire. */
  readonly status?: number;
  readonly members?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An operation or a feature that Millrace does not have: refused by name, never in silence. */
export function notSupported(operation: string, feature?: string): AwsError {
  const what = feature === undefined ? operation : `${feature} of ${operation}`;
  return new AwsError({
    code: "NotImplemented",
    message: `Millrace does not support ${what}.`,
    status: 501,
  });
}
