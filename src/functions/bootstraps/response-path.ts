/**
 * Where functions put the answers of custom resources, at the engine's own address.
 *
 * The rest of the path is a token that nobody can guess. No bucket can have this name, so the path
 * means the same thing whatever host it comes under, and the bootstraps know it by its beginning.
 */
export const RESPONSE_PATH = "/_cloudformation-response/";
