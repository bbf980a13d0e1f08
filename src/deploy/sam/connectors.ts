/**
 * Connectors (`AWS::Serverless::Connector`, and the attribute `Connectors` of a resource): the policy
 * that lets one resource use another. They are written out last, over CloudFormation's own types.
 * Source: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/reference-sam-connector.html
 */
import { isList, type Value, type ValueObject } from "../../languages/template/value.ts";
import { type End, endOf, referredId } from "./connector-end.ts";
import {
  connectedPermissions,
  type Profile,
  profileOf,
  readPermissions,
} from "./connector-profile.ts";
import { resourceError } from "./sam-error.ts";
import { defined, objectOf, ownAttributes } from "./sam-resource.ts";

export const CONNECTOR_TYPE = "AWS::Serverless::Connector";

export interface Connector {
  readonly logicalId: string;
  readonly properties: ValueObject;
  readonly attributes: ValueObject;
}

/** Those of a template: resources of their own first, then the attributes of others, as on AWS. */
export function readConnectors(resources: ValueObject): readonly Connector[] {
  const embedded: Connector[] = [];
  const declared: Connector[] = [];
  for (const [logicalId, resource] of Object.entries(resources)) {
    const {
      Connectors: own,
      Type: type,
      Properties: properties,
      ...attributes
    } = objectOf(resource);
    for (const [name, connector] of Object.entries(objectOf(own))) {
      const { Properties: given, ...rest } = objectOf(connector);
      const { SourceReference: reference, ...others } = objectOf(given);
      const Source = { Id: logicalId, ...objectOf(reference) };
      embedded.push({
        logicalId: logicalId + name,
        properties: { ...others, Source },
        attributes: rest,
      });
    }
    if (type === CONNECTOR_TYPE) {
      declared.push({ logicalId, properties: objectOf(properties), attributes });
    }
  }
  return [...declared, ...embedded];
}

type Resources = Record<string, ValueObject>;

/** Adds what a connector stands for. Throws a `SamError`. `typeOf`: types as the template has them. */
export function connect(
  resources: Resources,
  connector: Connector,
  typeOf: (logicalId: string) => Value | undefined,
): void {
  const { logicalId, properties } = connector;
  for (const name of ["Source", "Destination", "Permissions"]) {
    if (properties[name] === undefined) {
      throw resourceError(logicalId, `Missing required property '${name}'.`);
    }
  }
  const { Destination: given, Source: sourceReference } = properties;
  const destinations = isList(given) ? given : [given];
  if (destinations.length === 0) {
    throw resourceError(logicalId, "'Destination' is an empty list");
  }
  const added: string[] = [];
  for (const [index, reference] of destinations.entries()) {
    const ends = {
      source: endOf(logicalId, resources, sourceReference, reference),
      destination: endOf(logicalId, resources, reference, sourceReference),
    };
    const suffix = isList(given) ? `Destination${index}` : "";
    const metadata = metadataOf(connector, ends, typeOf);
    for (const [id, resource] of policies(connector, ends, { suffix, resources })) {
      resources[id] = {
        ...resource,
        ...ownAttributes(connector.attributes),
        Metadata: { ...objectOf(connector.attributes["Metadata"]), ...metadata },
      };
      added.push(id);
    }
  }
  replaceDependency(resources, logicalId, added);
}

interface Ends {
  readonly source: End;
  readonly destination: End;
}

function policies(
  connector: Connector,
  ends: Ends,
  place: { readonly suffix: string; readonly resources: Resources },
): readonly (readonly [string, ValueObject])[] {
  const { logicalId, properties } = connector;
  const profile = profileOf(logicalId, ends.source.type, ends.destination.type);
  const names = readPermissions(logicalId, properties["Permissions"], { ...ends, profile });
  const permissions = connectedPermissions(logicalId, profile, { names, ...ends });
  const side = profile.sourcePolicy ? "Source" : "Destination";
  const owner = profile.sourcePolicy ? ends.source : ends.destination;
  const required = (value: Value | undefined, what: string): Value => {
    if (value === undefined) {
      throw resourceError(logicalId, `Unable to get ${what} from '${side}' resource.`);
    }
    return value;
  };
  const statements = permissions.flatMap(({ body }) =>
    isList(body["Statement"]) ? body["Statement"] : [],
  );
  const PolicyDocument = { Version: "2012-10-17", Statement: statements };
  const { suffix, resources } = place;
  switch (profile.kind) {
    case "AWS_IAM_ROLE_MANAGED_POLICY": {
      const id = `${logicalId}Policy${suffix}`;
      const Roles = [required(owner.roleName, "IAM role name")];
      addDependencies(resources, { id, profile, ...ends });
      return [[id, typed("AWS::IAM::ManagedPolicy", { PolicyDocument, Roles })]];
    }
    case "AWS_SQS_QUEUE_POLICY": {
      const Queues = [required(owner.queueUrl, "SQS queue URL")];
      const policy = typed("AWS::SQS::QueuePolicy", { PolicyDocument, Queues });
      return [[`${logicalId}QueuePolicy${suffix}`, policy]];
    }
    case "AWS_SNS_TOPIC_POLICY": {
      const Topics = [required(owner.arn, "SNS topic ARN")];
      const policy = typed("AWS::SNS::TopicPolicy", { PolicyDocument, Topics });
      return [[`${logicalId}TopicPolicy${suffix}`, policy]];
    }
    case "AWS_LAMBDA_PERMISSION": {
      const FunctionName = required(owner.arn, "Lambda function ARN");
      return permissions.map(({ name, body }) => [
        `${logicalId}${name}LambdaPermission${suffix}`,
        typed("AWS::Lambda::Permission", defined({ ...body, FunctionName })),
      ]);
    }
  }
}

function typed(Type: string, Properties: ValueObject): ValueObject {
  return { Type, Properties };
}

/** What must not exist before its role has the policy waits for the policy. */
function addDependencies(
  resources: Resources,
  link: Ends & { readonly id: string; readonly profile: Profile },
): void {
  const { source, destination, profile, id } = link;
  if (profile.dependedBy === "SOURCE" && source.logicalId !== undefined) {
    addDependency(resources, source.logicalId, [id]);
  }
  if (profile.dependedBy === "DESTINATION_EVENT_SOURCE_MAPPING") {
    const [mapping, ...others] = Object.keys(resources).filter((name) =>
      isMappingBetween(resources[name], link),
    );
    if (mapping !== undefined && others.length === 0 && destination.logicalId !== undefined) {
      addDependency(resources, mapping, [id]);
    }
  }
}

function isMappingBetween(
  resource: ValueObject | undefined,
  { source, destination }: Ends,
): boolean {
  const { EventSourceArn, FunctionName } = objectOf(resource?.["Properties"]);
  return (
    resource?.["Type"] === "AWS::Lambda::EventSourceMapping" &&
    source.logicalId !== undefined &&
    referredId(EventSourceArn) === source.logicalId &&
    referredId(FunctionName) === destination.logicalId
  );
}

function addDependency(resources: Resources, logicalId: string, names: readonly string[]): void {
  const resource = resources[logicalId];
  if (resource !== undefined) {
    const before = listed(resource["DependsOn"]);
    resources[logicalId] = { ...resource, DependsOn: [...new Set([...before, ...names])] };
  }
}

/** What depends on a connector depends on what it stands for. */
function replaceDependency(resources: Resources, name: string, by: readonly string[]): void {
  for (const [logicalId, resource] of Object.entries(resources)) {
    const before = listed(resource["DependsOn"]);
    if (before.includes(name)) {
      const others = before.filter((other) => other !== name);
      resources[logicalId] = { ...resource, DependsOn: [...new Set([...others, ...by])] };
    }
  }
}

function listed(value: Value | undefined): readonly Value[] {
  return isList(value) ? value : value === undefined ? [] : [value];
}

function metadataOf(
  { logicalId }: Connector,
  { source, destination }: Ends,
  typeOf: (logicalId: string) => Value | undefined,
): ValueObject {
  const shown = ({ logicalId: id, type }: End): ValueObject => ({
    Type: (id === undefined ? undefined : typeOf(id)) ?? type,
  });
  const connector = { Source: shown(source), Destination: shown(destination) };
  return { "aws:sam:connectors": { [logicalId]: connector } };
}
