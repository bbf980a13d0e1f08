import { expect, test } from "vitest";
import { isIgnored } from "./watch.ts";

const OUTPUT = { dev: 1, ino: 2 };
const options = {
  directory: "/home/ada/shop",
  except: ["/home/ada/shop/data"],
  exceptFiles: [OUTPUT],
};

test.each([
  ["installed packages", "/home/ada/shop/node_modules/left-pad/index.js"],
  ["the engine's data", "/home/ada/shop/data/store/data.mdb"],
  ["a log beside the template", "/home/ada/shop/dev.log"],
  ["a log in a folder of code", "/home/ada/shop/src/npm-debug.log"],
])("watch: %s is not watched", (_, file) => {
  expect(isIgnored(options, file)).toBe(true);
});

test("watch: the file that takes the output is not watched, whatever its name", () => {
  const file = "/home/ada/shop/out.txt";
  expect(isIgnored(options, file)).toBe(false);
  expect(isIgnored(options, file, OUTPUT)).toBe(true);
  expect(isIgnored(options, file, { dev: 1, ino: 3 })).toBe(false);
});

test("watch: code and templates are watched, in a folder named after logs too", () => {
  expect(isIgnored(options, "/home/ada/shop/template.yaml")).toBe(false);
  expect(isIgnored(options, "/home/ada/shop/src/catalog/login.ts")).toBe(false);
});
