import fc from "fast-check";
import { expect, test } from "vitest";
import { createTestBucket, type TestBucket } from "../../testing/s3-fixture.ts";

async function filled(keys: readonly string[]): Promise<TestBucket["s3"]> {
  const { s3 } = await createTestBucket();
  for (const Key of keys) {
    await s3("PutObject", { Bucket: "bucket", Key });
  }
  return s3;
}

const KEYS = ["a", "a/1", "a/2", "a/b/3", "b", "c/1", "d e+f/ü", "z"];

interface Listed {
  readonly keys: readonly (string | undefined)[];
  readonly prefixes: readonly (string | undefined)[];
}

function listed(output: {
  readonly Contents?: readonly { readonly Key?: string | undefined }[] | undefined;
  readonly CommonPrefixes?: readonly { readonly Prefix?: string | undefined }[] | undefined;
}): Listed {
  return {
    keys: (output.Contents ?? []).map(({ Key }) => Key),
    prefixes: (output.CommonPrefixes ?? []).map(({ Prefix }) => Prefix),
  };
}

test("ListObjectsV2: keys in order, by prefix and rolled up at the delimiter", async () => {
  const s3 = await filled(KEYS);
  const list = async (input: object): Promise<Listed> =>
    listed(await s3("ListObjectsV2", { Bucket: "bucket", ...input }));
  expect(await list({})).toEqual({ keys: KEYS, prefixes: [] });
  expect(await list({ Prefix: "a/" })).toEqual({ keys: ["a/1", "a/2", "a/b/3"], prefixes: [] });
  expect(await list({ Delimiter: "/" })).toEqual({
    keys: ["a", "b", "z"],
    prefixes: ["a/", "c/", "d e+f/"],
  });
  expect(await list({ Delimiter: "/", Prefix: "a/" })).toEqual({
    keys: ["a/1", "a/2"],
    prefixes: ["a/b/"],
  });
  expect(await list({ StartAfter: "a/2" })).toEqual({ keys: KEYS.slice(3), prefixes: [] });
  expect(await list({ Prefix: "none" })).toEqual({ keys: [], prefixes: [] });
  expect(await list({ MaxKeys: 0 })).toEqual({ keys: [], prefixes: [] });
});

test("ListObjectsV2: says what it was asked, and what it found", async () => {
  const s3 = await filled(["k"]);
  const output = await s3("ListObjectsV2", { Bucket: "bucket", FetchOwner: true });
  expect(output).toMatchObject({
    Name: "bucket",
    Prefix: "",
    MaxKeys: 1000,
    KeyCount: 1,
    IsTruncated: false,
  });
  expect(output.Contents?.[0]).toMatchObject({
    Key: "k",
    ETag: '"d41d8cd98f00b204e9800998ecf8427e"',
    Size: 0,
    StorageClass: "STANDARD",
    Owner: { ID: expect.stringMatching(/^[0-9a-f]{64}$/) },
  });
  const plain = await s3("ListObjectsV2", { Bucket: "bucket" });
  expect(plain.Contents?.[0]).not.toHaveProperty("Owner");
});

test("lists: encoding-type url", async () => {
  const s3 = await filled(["a b.txt", "a+b.txt", "100%.csv", "한글/x.txt", "run books/x.txt"]);
  const output = await s3("ListObjectsV2", {
    ...{ Bucket: "bucket", EncodingType: "url", Delimiter: "/" },
  });
  expect(listed(output)).toEqual({
    keys: ["100%25.csv", "a+b.txt", "a%2Bb.txt"],
    prefixes: ["run+books/", "%ED%95%9C%EA%B8%80/"],
  });
  await expect(
    s3("ListObjects", { Bucket: "bucket", EncodingType: "base64" }),
  ).rejects.toMatchObject({ code: "InvalidArgument" });
});

test("ListObjectsV2: refuses a token that it did not give", async () => {
  const s3 = await filled([]);
  await expect(
    s3("ListObjectsV2", { Bucket: "bucket", ContinuationToken: "not a token" }),
  ).rejects.toMatchObject({
    code: "InvalidArgument",
    message: "The continuation token provided is incorrect",
  });
});

test("ListObjects: goes on from the last key, or from the next marker with a delimiter", async () => {
  const s3 = await filled(KEYS);
  const first = await s3("ListObjects", { Bucket: "bucket", MaxKeys: 3 });
  expect(first).toMatchObject({ IsTruncated: true, Marker: "", MaxKeys: 3 });
  expect(first.NextMarker).toBeUndefined();
  const second = await s3("ListObjects", { Bucket: "bucket", Marker: "a/2" });
  expect(listed(second).keys).toEqual(KEYS.slice(3));
  const rolled = await s3("ListObjects", { Bucket: "bucket", MaxKeys: 2, Delimiter: "/" });
  expect([listed(rolled), rolled.NextMarker]).toEqual([{ keys: ["a"], prefixes: ["a/"] }, "a/"]);
  const next = await s3("ListObjects", {
    ...{ Bucket: "bucket", Delimiter: "/", Marker: rolled.NextMarker },
  });
  expect(listed(next)).toEqual({ keys: ["b", "z"], prefixes: ["c/", "d e+f/"] });
});

test("ListObjectVersions: every object is the null version", async () => {
  const s3 = await filled(["a", "b"]);
  const output = await s3("ListObjectVersions", { Bucket: "bucket", MaxKeys: 1 });
  expect(output).toMatchObject({
    IsTruncated: true,
    NextKeyMarker: "a",
    NextVersionIdMarker: "null",
    Versions: [{ Key: "a", VersionId: "null", IsLatest: true }],
  });
  const rest = await s3("ListObjectVersions", {
    ...{ Bucket: "bucket", KeyMarker: "a", VersionIdMarker: "null" },
  });
  expect(rest.Versions?.map(({ Key }) => Key)).toEqual(["b"]);
});

test("lists: pages of any size add up to what a naive list gives", async () => {
  const characters = fc.constantFrom("a", "b", "/", "-", "\u{10ffff}", "ÿ", "\0");
  const key = fc.string({ unit: characters, minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(key, { maxLength: 15 }),
      fc.string({ unit: characters, maxLength: 2 }),
      fc.constantFrom("", "/", "a", "//", "-"),
      fc.integer({ min: 1, max: 4 }),
      async (keys, Prefix, Delimiter, MaxKeys) => {
        const s3 = await filled(keys);
        const expected = naive(keys, Prefix, Delimiter);
        const input = { Bucket: "bucket", Prefix, Delimiter, MaxKeys };
        const found: (string | undefined)[] = [];
        let token: string | undefined;
        do {
          const page = await s3("ListObjectsV2", { ...input, ContinuationToken: token });
          const { keys: some, prefixes } = listed(page);
          expect(some.length + prefixes.length).toBeLessThanOrEqual(MaxKeys);
          expect(page.IsTruncated).toBe(page.NextContinuationToken !== undefined);
          found.push(...some, ...prefixes);
          token = page.NextContinuationToken;
        } while (token !== undefined);
        expect(found.sort()).toEqual([...expected].sort());
      },
    ),
    { numRuns: 150 },
  );
});

function naive(keys: readonly string[], prefix: string, delimiter: string): readonly string[] {
  const rolled = keys
    .filter((key) => key.startsWith(prefix))
    .map((key) => {
      const at = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
      return at === -1 ? key : `${key.slice(0, at + delimiter.length)}`;
    });
  return [...new Set(rolled)];
}
