/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-lambda-version.html */
import { provision, provisioned } from "./lambda-provisioned.ts";
import { object, PropertyError, text } from "./property-shape.ts";
import { call, type ResourceType, replaces, resourceType, unless } from "./resource-type.ts";

export const lambdaVersion: ResourceType = resourceType({
  type: "AWS::Lambda::Version",
  attributes: ["FunctionArn", "Version"],
  properties: {
    CodeSha256: replaces(text),
    Description: replaces(text),
    FunctionName: replaces(text),
    ProvisionedConcurrencyConfig: replaces(provisioned),
    RuntimePolicy: replaces(
      object({ RuntimeVersionArn: text, UpdateRuntimeOn: text }, ["UpdateRuntimeOn"]),
    ),
  },
  required: ["FunctionName"],
  async create(ctx, { FunctionName, CodeSha256, Description, ...settings }) {
    const { Versions = [] } = await call(ctx, "lambda", "ListVersionsByFunction", { FunctionName });
    const published = await call(ctx, "lambda", "PublishVersion", {
      FunctionName,
      CodeSha256,
      Description,
    });
    const { Version = "", FunctionArn = "" } = published;
    if (!ctx.resumed && Versions.some((earlier) => earlier.Version === Version)) {
      throw new PropertyError(
        `A version for this Lambda function exists ( ${Version} ). Modify the function to create a new version.`,
      );
    }
    const { ProvisionedConcurrencyConfig, RuntimePolicy } = settings;
    const qualified = { FunctionName, Qualifier: Version };
    await provision(ctx, qualified, ProvisionedConcurrencyConfig).catch(async (error: unknown) => {
      // Its name is only known here, so it goes here.
      await call(ctx, "lambda", "DeleteFunction", qualified);
      throw error;
    });
    if (RuntimePolicy !== undefined) {
      await call(ctx, "lambda", "PutRuntimeManagementConfig", {
        FunctionName,
        Qualifier: Version,
        ...RuntimePolicy,
      });
    }
    return { physicalId: FunctionArn, attributes: { FunctionArn, Version } };
  },
  async delete(ctx, { attributes }, { FunctionName }) {
    await unless(
      ["ResourceNotFoundException"],
      call(ctx, "lambda", "DeleteFunction", {
        FunctionName,
        Qualifier: String(attributes["Version"]),
      }),
    );
  },
});
