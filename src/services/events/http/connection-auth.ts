/**
 * `AuthParameters`: read with their secrets, returned without them.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateConnectionAuthRequestParameters.html
 */
import { notSupported } from "../../../wire/aws-error.ts";
import type {
  ConnectionAuthResponseParameters,
  ConnectionHttpParameters,
  UpdateConnectionAuthRequestParameters,
} from "../../../wire/models/events.gen.ts";
import { validationException } from "../errors.ts";
import type { Connection, Credentials } from "./connection.ts";

type Given = UpdateConnectionAuthRequestParameters;

const MEMBER_OF_TYPE: Readonly<Record<string, keyof Given>> = {
  BASIC: "BasicAuthParameters",
  API_KEY: "ApiKeyAuthParameters",
  OAUTH_CLIENT_CREDENTIALS: "OAuthParameters",
};

/**
 * The credentials of an authorization type; members that are left out are those of `before`, which
 * has the same type.
 */
export function credentialsOf(
  type: string,
  given: Given | undefined,
  before?: Credentials,
): Credentials {
  checkType(type, given);
  if (given?.ConnectivityParameters !== undefined) {
    throw notSupported("CreateConnection", "ConnectivityParameters");
  }
  switch (type) {
    case "BASIC":
      return basicOf(given, before);
    case "API_KEY":
      return apiKeyOf(given, before);
    default:
      return oauthOf(given, before);
  }
}

function checkType(type: string, given: Given | undefined): void {
  const wanted = MEMBER_OF_TYPE[type];
  for (const member of Object.values(MEMBER_OF_TYPE)) {
    if (member !== wanted && given?.[member] !== undefined) {
      throw validationException(
        `Authorization type ${type} does not match the authorization parameters ${member}.`,
      );
    }
  }
}

function basicOf(given: Given | undefined, before: Credentials | undefined): Credentials {
  const known = before?.kind === "basic" ? before : undefined;
  const basic = given?.BasicAuthParameters;
  return {
    kind: "basic",
    userName: required(basic?.Username ?? known?.userName, "BasicAuthParameters.Username"),
    password: required(basic?.Password ?? known?.password, "BasicAuthParameters.Password"),
  };
}

function apiKeyOf(given: Given | undefined, before: Credentials | undefined): Credentials {
  const known = before?.kind === "apiKey" ? before : undefined;
  const apiKey = given?.ApiKeyAuthParameters;
  return {
    kind: "apiKey",
    name: required(apiKey?.ApiKeyName ?? known?.name, "ApiKeyAuthParameters.ApiKeyName"),
    value: required(apiKey?.ApiKeyValue ?? known?.value, "ApiKeyAuthParameters.ApiKeyValue"),
  };
}

function oauthOf(given: Given | undefined, before: Credentials | undefined): Credentials {
  const known = before?.kind === "oauth" ? before : undefined;
  const oauth = given?.OAuthParameters;
  const client = oauth?.ClientParameters;
  const place = "OAuthParameters.";
  return {
    kind: "oauth",
    clientId: required(client?.ClientID ?? known?.clientId, `${place}ClientParameters.ClientID`),
    clientSecret: required(
      client?.ClientSecret ?? known?.clientSecret,
      `${place}ClientParameters.ClientSecret`,
    ),
    endpoint: required(
      oauth?.AuthorizationEndpoint ?? known?.endpoint,
      `${place}AuthorizationEndpoint`,
    ),
    method: required(oauth?.HttpMethod ?? known?.method, `${place}HttpMethod`),
    parameters: oauth?.OAuthHttpParameters ?? known?.parameters ?? {},
  };
}

function required(value: string | undefined, member: string): string {
  if (value === undefined) {
    throw validationException(`Parameter AuthParameters.${member} must be specified.`);
  }
  return value;
}

/** As `DescribeConnection` shows them: names, and values that are not secret. */
export function describedAuth(connection: Connection): ConnectionAuthResponseParameters {
  const { credentials, parameters } = connection;
  return {
    ...described(credentials),
    ...(hasAny(parameters) && { InvocationHttpParameters: withoutSecrets(parameters) }),
  };
}

function described(credentials: Credentials | undefined): ConnectionAuthResponseParameters {
  switch (credentials?.kind) {
    case "basic":
      return { BasicAuthParameters: { Username: credentials.userName } };
    case "apiKey":
      return { ApiKeyAuthParameters: { ApiKeyName: credentials.name } };
    case "oauth":
      return {
        OAuthParameters: {
          ClientParameters: { ClientID: credentials.clientId },
          AuthorizationEndpoint: credentials.endpoint,
          HttpMethod: credentials.method,
          ...(hasAny(credentials.parameters) && {
            OAuthHttpParameters: withoutSecrets(credentials.parameters),
          }),
        },
      };
    default:
      return {};
  }
}

function hasAny(parameters: ConnectionHttpParameters): boolean {
  return Object.values(parameters).some((list) => list !== undefined);
}

function withoutSecrets(parameters: ConnectionHttpParameters): ConnectionHttpParameters {
  const { HeaderParameters, QueryStringParameters, BodyParameters } = parameters;
  return {
    HeaderParameters: HeaderParameters?.map(shown),
    QueryStringParameters: QueryStringParameters?.map(shown),
    BodyParameters: BodyParameters?.map(shown),
  };
}

interface Parameter {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
  readonly IsValueSecret?: boolean | undefined;
}

function shown({ Key, Value, IsValueSecret = false }: Parameter): Parameter {
  return IsValueSecret ? { Key, IsValueSecret } : { Key, Value, IsValueSecret };
}
