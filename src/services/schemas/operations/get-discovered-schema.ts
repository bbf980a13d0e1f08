import { parseJson } from "../../../base/json.ts";
import { merged, shapeOf } from "../../../languages/event-schema/event-shape.ts";
import { draft4Of, eventIn, openApiOf } from "../../../languages/event-schema/schema-document.ts";
import { badRequest } from "../errors.ts";
import type { SchemasOperation } from "../ports.ts";

/** The schema that fits all the events. */
export const getDiscoveredSchema: SchemasOperation<"GetDiscoveredSchema"> = async (_ctx, input) => {
  const values = input.Events.map(parsed);
  const shape = values.map((value) => shapeOf(value)).reduce(merged);
  const document = openApiOf({ event: eventIn(values[0]), shape });
  const content = input.Type === "OpenApi3" ? document : draft4Of(document);
  return { Content: JSON.stringify(content) };
};

function parsed(text: string): unknown {
  const event = parseJson(text);
  if (event === undefined) {
    throw badRequest("Events must be valid JSON.");
  }
  return event;
}
