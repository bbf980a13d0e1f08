/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-scheduler-schedulegroup.html */
import { tagList, text } from "./property-shape.ts";
import {
  call,
  changes,
  created,
  found,
  type LiveResource,
  type ResourceContext,
  type ResourceType,
  replaces,
  resourceType,
  retag,
  tagPairs,
  tagsOf,
  unless,
} from "./resource-type.ts";
import { waitUntil } from "./wait.ts";

const GONE = ["ResourceNotFoundException"];
/** The group exists, or is being deleted. */
const CONFLICT = ["ConflictException"];

export const schedulerScheduleGroup: ResourceType = resourceType({
  type: "AWS::Scheduler::ScheduleGroup",
  attributes: ["Arn", "CreationDate", "LastModificationDate", "State"],
  physicalName: { property: "Name", lengthMax: 64 },
  properties: { Name: replaces(text), Tags: changes(tagList) },
  exists: (ctx) => found(GONE, call(ctx, "scheduler", "GetScheduleGroup", { Name: ctx.name })),
  identify: (ctx) => ctx.name,
  async create(ctx, { Tags }) {
    const tags = tagPairs(tagsOf(ctx, Tags));
    await created(
      ctx,
      CONFLICT,
      call(ctx, "scheduler", "CreateScheduleGroup", { Name: ctx.name, Tags: tags }),
    );
    return live(ctx);
  },
  async update(ctx, group, { Tags }, before) {
    const ResourceArn = String(group.attributes["Arn"]);
    await retag(
      ctx,
      { after: Tags, before: before.Tags },
      {
        tag: (added) =>
          call(ctx, "scheduler", "TagResource", { ResourceArn, Tags: tagPairs(added) }),
        untag: (TagKeys) => call(ctx, "scheduler", "UntagResource", { ResourceArn, TagKeys }),
      },
    );
    return live(ctx);
  },
  async delete(ctx, { physicalId: Name }) {
    await unless([...GONE, ...CONFLICT], call(ctx, "scheduler", "DeleteScheduleGroup", { Name }));
    await waitUntil(ctx, `the end of the schedule group ${Name}`, async () => {
      const isThere = await found(GONE, call(ctx, "scheduler", "GetScheduleGroup", { Name }));
      return isThere ? undefined : true;
    });
  },
});

async function live(ctx: ResourceContext): Promise<LiveResource> {
  const group = await call(ctx, "scheduler", "GetScheduleGroup", { Name: ctx.name });
  return {
    physicalId: ctx.name,
    attributes: {
      Arn: group.Arn ?? "",
      CreationDate: group.CreationDate?.toISOString() ?? "",
      LastModificationDate: group.LastModificationDate?.toISOString() ?? "",
      State: group.State ?? "",
    },
  };
}
