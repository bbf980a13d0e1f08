import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { selfSignedCertificate } from "../base/self-signed-certificate.ts";
import { readTlsFiles } from "./tls-files.ts";

const folder = mkdtempSync(path.join(tmpdir(), "millrace-tls-"));
afterAll(() => rmSync(folder, { recursive: true }));

function pair(name: string): { tlsCert: string; tlsKey: string } {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 1024 });
  const [tlsCert, tlsKey] = [path.join(folder, `${name}.crt`), path.join(folder, `${name}.key`)];
  const times = { notBeforeMs: 0, notAfterMs: Date.UTC(2100, 0, 1) };
  writeFileSync(tlsCert, selfSignedCertificate({ privateKey, commonName: name, ...times }));
  writeFileSync(tlsKey, privateKey.export({ type: "pkcs8", format: "pem" }));
  return { tlsCert, tlsKey };
}

test("read: a certificate with its key, or nothing at all", () => {
  expect(readTlsFiles({})).toBeUndefined();
  expect(readTlsFiles(pair("a"))).toMatchObject({
    cert: expect.stringContaining("BEGIN CERTIFICATE"),
    key: expect.stringContaining("BEGIN PRIVATE KEY"),
  });
});

test("read: says what is wrong with files that are no pair", () => {
  const [a, b] = [pair("a"), pair("b")];
  const why = (options: Parameters<typeof readTlsFiles>[0]): unknown => {
    try {
      return readTlsFiles(options);
    } catch (error) {
      return (error as { why: string }).why;
    }
  };
  expect(why({ tlsCert: a.tlsCert })).toBe("One of --tls-cert and --tls-key is missing.");
  expect(why({ ...a, tlsKey: b.tlsKey })).toBe("The key is not that of the certificate.");
  expect(why({ ...a, tlsKey: path.join(folder, "none") })).toContain("ENOENT");
  expect(why({ ...a, tlsCert: a.tlsKey })).toEqual(expect.any(String));
});
