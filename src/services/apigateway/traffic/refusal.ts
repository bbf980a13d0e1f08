/** Why a request got no further: becomes the gateway response of its type. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly type: string;
  /** Where it is another than its type's: the 502 of a malformed result. */
  readonly status: number | undefined;
  /** `null` is told as such. */
  readonly said: string | null | undefined;
  /** `$context.error.validationErrorString` */
  readonly problems: string | undefined;
  /** For the logs alone. */
  readonly reason: string | undefined;

  constructor(
    type: string,
    options: {
      readonly status?: number;
      readonly said?: string | null;
      readonly problems?: string;
      readonly reason?: string;
    } = {},
  ) {
    super(options.reason ?? type);
    this.type = type;
    this.status = options.status;
    this.said = options.said;
    this.problems = options.problems;
    this.reason = options.reason;
  }
}

/** What an integration answered is no answer that the gateway understands. */
export function badGateway(reason: string): Refusal {
  return new Refusal("DEFAULT_5XX", { status: 502, said: "Internal server error", reason });
}

export function internal(reason: string): Refusal {
  return new Refusal("API_CONFIGURATION_ERROR", { said: "Internal server error", reason });
}
