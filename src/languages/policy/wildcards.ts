/**
 * The wildcards of policies: `*` for any characters, slashes and colons too, `?` for one.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */

/** In time linear in both lengths for all but many stars: no pattern makes it exponential. */
export function matchesWildcards(pattern: string, text: string): boolean {
  let [at, next, star, resume] = [0, 0, -1, 0];
  while (at < text.length) {
    const wanted = pattern[next];
    if (wanted === "*") {
      star = next;
      resume = at;
      next += 1;
    } else if (wanted === "?" || wanted === text[at]) {
      at += 1;
      next += 1;
    } else if (star !== -1) {
      next = star + 1;
      resume += 1;
      at = resume;
    } else {
      return false;
    }
  }
  while (pattern[next] === "*") {
    next += 1;
  }
  return next === pattern.length;
}
