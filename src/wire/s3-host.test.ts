import { expect, test } from "vitest";
import { bucketOfHost, objectLocation } from "./s3-host.ts";

test("bucketOfHost: the bucket in front of S3, or of localhost", () => {
  const hosts = [
    ["photos.s3.localhost:4566", "photos"],
    ["my.photos.localhost", "my.photos"],
    ["photos.s3.amazonaws.com", "photos"],
    ["photos.s3.eu-west-1.amazonaws.com", "photos"],
    ["photos.s3-eu-west-1.amazonaws.com", "photos"],
    ["photos.s3.dualstack.eu-west-1.amazonaws.com", "photos"],
    ["s3.localhost:4566", undefined],
    ["localhost:4566", undefined],
    ["127.0.0.1:4566", undefined],
  ] as const;
  for (const [host, bucket] of hosts) {
    expect([host, bucketOfHost(host)]).toEqual([host, bucket]);
  }
});

test("objectLocation: as the caller addresses the bucket", () => {
  const key = "a b/c";
  expect(objectLocation("http://localhost:4566", "photos", key)).toBe(
    "http://localhost:4566/photos/a%20b%2Fc",
  );
  expect(objectLocation("http://photos.s3.localhost:4566", "photos", key)).toBe(
    "http://photos.s3.localhost:4566/a%20b%2Fc",
  );
});
