/** For tests: a machine with these programs, and what each answers when it is asked; "" does not run. */
import type { InterpreterSearch } from "./interpreter-search.ts";

export function fakeMachine(answers: Readonly<Record<string, string>>): InterpreterSearch {
  return {
    candidates: async (name) => Object.keys(answers).filter((file) => file.endsWith(`/${name}`)),
    probe: async (file, { read }) => {
      const answer = answers[file];
      return answer ? read(answer, file) : undefined;
    },
  };
}

/** As `java -XshowSettings:properties -version` tells, in part. */
export function javaAnswer(home: string, version: string): string {
  return `Property settings:\n    java.home = ${home}\n    java.version = ${version}\n`;
}
