import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DataError } from "./data-error.ts";
import { athenaManifest, inventoryManifest, listedItem } from "./item-manifest.ts";
import { gunzipped, type Item, type ItemFormat, itemsIn, readItems } from "./items.ts";
import type { Json } from "./scope.ts";

/** The bytes in pieces that cut wherever they happen to. */
function* pieces(text: string, sizeBytes: number): Generator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += sizeBytes) {
    yield bytes.subarray(at, at + sizeBytes);
  }
}

async function read(
  text: string,
  format: ItemFormat,
  { maxItems = 0, sizeBytes = 1 } = {},
): Promise<readonly Item[]> {
  const items: Item[] = [];
  for await (const item of readItems(pieces(text, sizeBytes), { format, maxItems })) {
    items.push(item);
  }
  return items;
}

async function values(
  text: string,
  format: ItemFormat,
  options?: { maxItems?: number; sizeBytes?: number },
): Promise<readonly Json[]> {
  return (await read(text, format, options)).map(({ value }) => value);
}

describe("CSV", () => {
  const csv: ItemFormat = { kind: "CSV" };

  test("the first row names the fields", async () => {
    expect(await values("rating,movie\n5,Alien\n4,Brazil\n", csv)).toEqual([
      { rating: "5", movie: "Alien" },
      { rating: "4", movie: "Brazil" },
    ]);
  });

  test("the row of AWS's page", async () => {
    const headers = ["MyLetters", "MyNumbers", "MyString", "MyObject", "MyArray"];
    const row =
      'abc,123,"This string contains commas, a double quotation marks (""), and a newline (\n)",' +
      '{""MyKey"":""MyValue""},"[1,2,3]"';
    expect(await values(row, { kind: "CSV", headers })).toEqual([
      {
        MyLetters: "abc",
        MyNumbers: "123",
        MyString: 'This string contains commas, a double quotation marks ("), and a newline (\n)',
        MyObject: '{"MyKey":"MyValue"}',
        MyArray: "[1,2,3]",
      },
    ]);
  });

  test.each([
    ["short rows are filled up", "a,b,c\n1\n", { a: "1", b: "", c: "" }],
    ["long rows are cut", "a\n1,2,3\n", { a: "1" }],
    ["backslashes are kept in pairs", "a,b\nC:\\\\App.exe,1\n", { a: "C:\\App.exe", b: "1" }],
    ["a backslash escapes the delimiter", "a,b\n1\\,2,3\n", { a: "1,2", b: "3" }],
    ["a backslash escapes a quote", 'a,b\n"1\\"2",3\n', { a: '1"2', b: "3" }],
    ["another backslash vanishes", "a,b\n\\x1\\y,2\n", { a: "x1y", b: "2" }],
    ["lines may end as on Windows", 'a,b\r\n1,"2"\r\n', { a: "1", b: "2" }],
    ["the last line may have no end", "a,b\n1,", { a: "1", b: "" }],
    ["an empty quoted field is empty", 'a,b\n"",""\n', { a: "", b: "" }],
    ["a quoted row is no empty line", 'a\n""\n', { a: "" }],
    ["a quoted end of line stays", 'a,b\r\n1,"2\r"\r\n', { a: "1", b: "2\r" }],
    ["quotes in the middle stay", 'a,b\n5" pipe,2\n', { a: '5" pipe', b: "2" }],
    ["a byte order mark is no text", "\uFEFFa,b\n1,2\n", { a: "1", b: "2" }],
    ["letters of several bytes survive a cut", "ä,b\nü😀,2\n", { ä: "ü😀", b: "2" }],
    ["a name may be __proto__", "__proto__,b\n1,2\n", JSON.parse('{"__proto__":"1","b":"2"}')],
  ])("%s", async (_, text, expected) => {
    for (const sizeBytes of [1, 2, 3, 1000]) {
      expect(await values(text, csv, { sizeBytes })).toEqual([expected]);
    }
  });

  test("lines with nothing on them are no items", async () => {
    expect(await values("a\n\n1\n\r\n2\n\n", csv)).toEqual([{ a: "1" }, { a: "2" }]);
  });

  test.each([
    ["PIPE", "|"],
    ["SEMICOLON", ";"],
    ["SPACE", " "],
    ["TAB", "\t"],
  ] as const)("fields may be separated by %s", async (delimiter, sign) => {
    const text = `a${sign}b\n1,x${sign}2\n`;
    expect(await values(text, { kind: "CSV", delimiter })).toEqual([{ a: "1,x", b: "2" }]);
  });

  test("MaxItems: the header does not count, the rest is left unread", async () => {
    let taken = 0;
    function* endless(): Generator<Uint8Array> {
      for (;;) {
        taken += 1;
        yield Buffer.from("1,2\n");
      }
    }
    const found: Item[] = [];
    for await (const item of readItems(endless(), { format: csv, maxItems: 3 })) {
      found.push(item);
    }
    expect(found).toHaveLength(3);
    expect(taken).toBeLessThan(10);
  });

  test("a quote that is never closed does not collect the file", async () => {
    const text = `a\n"${"x".repeat(5_000_000)}`;
    await expect(values(text, csv, { sizeBytes: 100_000 })).rejects.toMatchObject({
      name: "States.ItemReaderFailed",
    });
  });

  test("headers of more than 10 KiB are refused", async () => {
    const text = `${"h".repeat(10_241)}\n1\n`;
    await expect(values(text, csv, { sizeBytes: 1000 })).rejects.toBeInstanceOf(DataError);
  });

  test("what is quoted by the rules is read back", async () => {
    const field = fc.string({ unit: fc.constantFrom(..."ab,\"\\\n\r |'é") });
    const rows = fc.array(fc.array(field, { minLength: 2, maxLength: 2 }), { maxLength: 5 });
    const quote = (text: string): string =>
      `"${text.replaceAll("\\", "\\\\").replaceAll('"', '""')}"`;
    await fc.assert(
      fc.asyncProperty(rows, fc.integer({ min: 1, max: 9 }), async (table, sizeBytes) => {
        const text = table.map((row) => row.map(quote).join(",")).join("\n");
        const format: ItemFormat = { kind: "CSV", headers: ["a", "b"] };
        const expected = table.map(([a, b]) => ({ a, b }));
        expect(await values(text, format, { sizeBytes })).toEqual(expected);
      }),
    );
  });
});

describe("JSON lines", () => {
  test("each line is an item", async () => {
    const text = '{"a":1}\n\n[2]\r\n"x"';
    expect(await values(text, { kind: "JSONL" })).toEqual([{ a: 1 }, [2], "x"]);
  });

  test("a line that is no JSON fails the reader", async () => {
    await expect(values('{"a":1}\n{a}\n', { kind: "JSONL" })).rejects.toMatchObject({
      name: "States.ItemReaderFailed",
    });
  });
});

describe("JSON", () => {
  const json: ItemFormat = { kind: "JSON" };

  test("any array comes back, however it is cut", async () => {
    const array = fc.array(fc.jsonValue({ maxDepth: 3 }), { maxLength: 5 });
    const space = fc.constantFrom(0, 1, 3);
    await fc.assert(
      fc.asyncProperty(array, space, fc.integer({ min: 1, max: 9 }), async (list, indent, size) => {
        const text = ` ${JSON.stringify(list, undefined, indent)}\n`;
        const found = await values(text, json, { sizeBytes: size });
        expect(JSON.stringify(found)).toBe(JSON.stringify(list));
      }),
    );
  });

  test("the members of an object are items with keys", async () => {
    expect(await read('{"x": 1, "y": [2]}', json)).toEqual([
      { key: "x", value: 1 },
      { key: "y", value: [2] },
    ]);
  });

  test.each([
    ["/data/0/items", [1, 2]],
    ["/a~1b/c~0d", [3]],
    ["/data", [{ items: [1, 2] }]],
    ["/", [4]],
  ])("ItemsPointer: %s", async (itemsPointer, expected) => {
    const text = '{"data": [{"items": [1, 2]}], "a/b": {"c~d": [3]}, "": [4]}';
    expect(await values(text, { kind: "JSON", itemsPointer })).toEqual(expected);
  });

  test.each(["/nope", "/data/1", "/data/00", "data", "/n", "/data/length"])(
    "ItemsPointer: %s leads nowhere",
    async (itemsPointer) => {
      const text = '{"data": [[1]], "n": 1}';
      await expect(values(text, { kind: "JSON", itemsPointer })).rejects.toMatchObject({
        name: "States.ItemReaderFailed",
      });
    },
  );

  test.each(["", " ", "[", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "[1}", "[1] 2", "[{]}", "1", "x"])(
    "not JSON to map over: %j",
    async (text) => {
      for (const sizeBytes of [1, 100]) {
        await expect(values(text, json, { sizeBytes })).rejects.toMatchObject({
          name: "States.ItemReaderFailed",
        });
      }
    },
  );

  test("itemsIn: a value that is neither array nor object has no items", () => {
    expect(() => itemsIn("x")).toThrow(DataError);
  });
});

describe("manifests", () => {
  const manifest = {
    sourceBucket: "source",
    destinationBucket: "arn:aws:s3:::inventories",
    fileFormat: "CSV",
    fileSchema: "Bucket, Key, Size",
    files: [{ key: "data/a.csv.gz", size: 10, MD5checksum: "x" }],
  };

  test("an S3 inventory names its files and their columns", async () => {
    const { files, format } = inventoryManifest(manifest);
    expect(files).toEqual([{ bucket: "inventories", key: "data/a.csv.gz" }]);
    const file = gzipSync('"source","a b.txt","12"\n"source","c.txt","0"\n');
    const found: Json[] = [];
    for await (const { value } of readItems(gunzipped([file]), { format })) {
      found.push(value);
    }
    expect(found).toEqual([
      { Bucket: "source", Key: "a b.txt", Size: "12" },
      { Bucket: "source", Key: "c.txt", Size: "0" },
    ]);
  });

  test("an inventory in another format is refused by its name", () => {
    expect(() => inventoryManifest({ ...manifest, fileFormat: "ORC" })).toThrow(/"ORC"/);
    expect(() => inventoryManifest([])).toThrow(DataError);
    expect(() => inventoryManifest({ ...manifest, files: [{}] })).toThrow(DataError);
  });

  test("Athena lists URIs", () => {
    expect(athenaManifest("s3://b/x/1.csv\ns3://b/x/2.csv\n")).toEqual([
      { bucket: "b", key: "x/1.csv" },
      { bucket: "b", key: "x/2.csv" },
    ]);
    expect(() => athenaManifest("https://b/x")).toThrow(DataError);
  });

  test("gunzipped: bytes that are no gzip fail the reader", async () => {
    for (const bytes of [Buffer.from("plain"), gzipSync("x".repeat(100)).subarray(0, 20)]) {
      const run = async (): Promise<void> => {
        for await (const chunk of gunzipped([bytes])) {
          expect(chunk.length).toBeGreaterThan(0);
        }
      };
      await expect(run()).rejects.toMatchObject({ name: "States.ItemReaderFailed" });
    }
  });

  test("a listed object is an item in AWS's spelling", () => {
    const object = {
      key: "a.txt",
      eTag: '"e"',
      lastModifiedMs: 1_668_699_881_500,
      sizeBytes: 5,
      storageClass: "STANDARD",
    };
    expect(listedItem(object)).toEqual({
      Etag: '"e"',
      Key: "a.txt",
      LastModified: 1_668_699_881,
      Size: 5,
      StorageClass: "STANDARD",
    });
  });
});
