/** What the function host runs a function of a container image from. */
import { type FunctionSpec, RuntimeUnavailable } from "../../functions/function-host.ts";
import { ImageError } from "../../functions/images/image-error.ts";
import { functionImage } from "../../functions/images/image-program.ts";
import { pinnedUri } from "../../functions/images/image-reference.ts";
import type { UnpackedImage } from "../../functions/images/image-store.ts";
import type { Images } from "../../functions/images/images.ts";
import type { LambdaFunction } from "./function.ts";
import { hexHash } from "./package-use.ts";

/** Where code lies in an image, by custom. */
export const IMAGE_TASK_ROOT = "/var/task";

/** Extensions in the image are found where layers would have them. */
export async function withImage(
  images: Images,
  fn: LambdaFunction,
  spec: FunctionSpec,
): Promise<FunctionSpec> {
  if (fn.code.imageUri === undefined) {
    return spec;
  }
  const { rootDirectory, configuration } = await unpackedImage(images, fn);
  return {
    ...spec,
    layerDirectories: [`${rootDirectory}/opt`],
    image: functionImage(rootDirectory, configuration, fn.imageConfig ?? {}),
  };
}

/** Kept since the function was given it; else from where it came, if that still has it. */
async function unpackedImage(images: Images, fn: LambdaFunction): Promise<UnpackedImage> {
  const { architecture, imageUri = "" } = fn.code;
  const digest = hexHash(fn.code);
  const kept = await images.find(digest);
  if (kept !== undefined) {
    return kept;
  }
  try {
    const uri = pinnedUri(imageUri, digest);
    return await images.withImage({ uri, architecture }, async (image) => image);
  } catch (error) {
    if (!(error instanceof ImageError)) {
      throw error;
    }
    throw new RuntimeUnavailable({
      runtime: fn.runtime,
      problem: `The image of ${fn.name} is no longer in the data folder. ${error.message}`,
      remedy: "Update the function's code.",
    });
  }
}
