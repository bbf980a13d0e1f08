/** EventBridge Schemas: registries, schemas, and their discovery from events. */
import type { Dispatcher } from "../../outbox/dispatcher.ts";
import type { Sink } from "../../outbox/sink.ts";
import { bindOperations, type CorePorts, type Operations, type Service } from "../service.ts";
import { schemasSink } from "./discoverer.ts";
import { createDiscoverer } from "./operations/create-discoverer.ts";
import { createRegistry } from "./operations/create-registry.ts";
import { createSchema } from "./operations/create-schema.ts";
import { deleteDiscoverer } from "./operations/delete-discoverer.ts";
import { deleteRegistry } from "./operations/delete-registry.ts";
import { deleteResourcePolicy } from "./operations/delete-resource-policy.ts";
import { deleteSchema } from "./operations/delete-schema.ts";
import { deleteSchemaVersion } from "./operations/delete-schema-version.ts";
import { describeDiscoverer } from "./operations/describe-discoverer.ts";
import { describeRegistry } from "./operations/describe-registry.ts";
import { describeSchema } from "./operations/describe-schema.ts";
import { exportSchema } from "./operations/export-schema.ts";
import { getDiscoveredSchema } from "./operations/get-discovered-schema.ts";
import { getResourcePolicy } from "./operations/get-resource-policy.ts";
import { listDiscoverers } from "./operations/list-discoverers.ts";
import { listRegistries } from "./operations/list-registries.ts";
import { listSchemaVersions } from "./operations/list-schema-versions.ts";
import { listSchemas } from "./operations/list-schemas.ts";
import { listTagsForResource } from "./operations/list-tags-for-resource.ts";
import { putResourcePolicy } from "./operations/put-resource-policy.ts";
import { searchSchemas } from "./operations/search-schemas.ts";
import { startDiscoverer } from "./operations/start-discoverer.ts";
import { stopDiscoverer } from "./operations/stop-discoverer.ts";
import { tagResource } from "./operations/tag-resource.ts";
import { untagResource } from "./operations/untag-resource.ts";
import { updateDiscoverer } from "./operations/update-discoverer.ts";
import { updateRegistry } from "./operations/update-registry.ts";
import { updateSchema } from "./operations/update-schema.ts";
import type { SchemasPorts } from "./ports.ts";

const operations: Operations<SchemasPorts, "schemas"> = {
  CreateDiscoverer: createDiscoverer,
  CreateRegistry: createRegistry,
  CreateSchema: createSchema,
  DeleteDiscoverer: deleteDiscoverer,
  DeleteRegistry: deleteRegistry,
  DeleteResourcePolicy: deleteResourcePolicy,
  DeleteSchema: deleteSchema,
  DeleteSchemaVersion: deleteSchemaVersion,
  DescribeDiscoverer: describeDiscoverer,
  DescribeRegistry: describeRegistry,
  DescribeSchema: describeSchema,
  ExportSchema: exportSchema,
  GetDiscoveredSchema: getDiscoveredSchema,
  GetResourcePolicy: getResourcePolicy,
  ListDiscoverers: listDiscoverers,
  ListRegistries: listRegistries,
  ListSchemaVersions: listSchemaVersions,
  ListSchemas: listSchemas,
  ListTagsForResource: listTagsForResource,
  PutResourcePolicy: putResourcePolicy,
  SearchSchemas: searchSchemas,
  StartDiscoverer: startDiscoverer,
  StopDiscoverer: stopDiscoverer,
  TagResource: tagResource,
  UntagResource: untagResource,
  UpdateDiscoverer: updateDiscoverer,
  UpdateRegistry: updateRegistry,
  UpdateSchema: updateSchema,
};

export function createSchemas(
  ports: CorePorts & { readonly dispatcher: Dispatcher },
): Service & { readonly sink: Sink } {
  return {
    name: "schemas",
    operations: bindOperations<SchemasPorts, "schemas">(ports, operations),
    sink: schemasSink,
  };
}
