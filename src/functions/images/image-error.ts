/** A container image that cannot be used: the message says which, why, and what to do about it. */
export class ImageError extends Error {
  override readonly name = "ImageError";
}
