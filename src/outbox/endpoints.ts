/**
 * The ports by which parts of the engine make one HTTP request and wait for its answer: through the
 * connections and API destinations of EventBridge, and to the HTTP APIs of API Gateway.
 *
 * Invariants: a call never rejects, for what goes wrong is data; it is made once, and whoever calls
 * decides what is tried again.
 */

export interface Endpoints {
  /** To an API destination: its endpoint and method, at the rate that it allows. */
  toDestination(request: DestinationRequest, abort?: AbortSignal): Promise<EndpointResult>;
  /** To any URL, with the authorization and the parameters of a connection. */
  throughConnection(request: ConnectionRequest, abort?: AbortSignal): Promise<EndpointResult>;
}

export interface DestinationRequest {
  readonly destinationArn: string;
  /** Take the places of the `*` in the endpoint, in order. */
  readonly path: readonly string[];
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly trace: string | undefined;
}

export interface ConnectionRequest {
  readonly connectionArn: string;
  /** `https:` or `http:`; it may have a query. */
  readonly url: string;
  readonly method: string;
  /** Those of the connection win. */
  readonly headers: Readonly<Record<string, string>>;
  /** Those of the connection win. */
  readonly query: Readonly<Record<string, readonly string[]>>;
  /**
   * The body, together with the body parameters of the connection. Pure. `problem` says why they
   * cannot be in one body.
   */
  readonly bodyWith: (
    parameters: Readonly<Record<string, string>>,
  ) => { readonly text: string | undefined } | { readonly problem: string };
  readonly timeoutMs: number;
  /** The answer's body beyond this is not read. */
  readonly bodyBytesMax: number;
  /** Is told what is sent, with all that the connection added. */
  readonly onSend?: ((sent: SentRequest) => void) | undefined;
}

export interface SentRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

export type EndpointResult = EndpointAnswer | EndpointFailure;

export interface EndpointAnswer {
  readonly kind: "answer";
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
  /** Decoded, when it was compressed. */
  readonly body: Uint8Array;
  readonly isTruncated: boolean;
}

/**
 * | reason           | what happened                                                      |
 * |------------------|--------------------------------------------------------------------|
 * | not-found        | there is no such destination or connection                         |
 * | not-authorized   | the connection is deauthorized, or got no token                    |
 * | throttled        | the destination may get no further request for a while             |
 * | invalid-body     | `bodyWith` had a problem                                           |
 * | timeout          | no whole answer in time                                            |
 * | connection       | no connection, a broken one, no HTTP, no URL                       |
 * | aborted          | the caller gave up                                                 |
 */
export interface EndpointFailure {
  readonly kind: "failure";
  readonly reason:
    | "not-found"
    | "not-authorized"
    | "throttled"
    | "invalid-body"
    | "timeout"
    | "connection"
    | "aborted";
  readonly message: string;
}

export interface HttpApis {
  /** As a request of a client: routed, throttled, logged. An API that is not there answers 404. */
  call(request: ApiRequest): Promise<EndpointAnswer>;
}

export interface ApiRequest {
  readonly apiId: string;
  readonly region: string;
  /** `undefined` or `$default`: the stage without a name in the path. */
  readonly stage: string | undefined;
  readonly method: string;
  /** Percent-encoded, behind the stage: `/orders/a%20b`. */
  readonly path: string;
  /** Percent-encoded, without the question mark. */
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly trace: string | undefined;
}
