import { createSign, createVerify, generateKeyPairSync, X509Certificate } from "node:crypto";
import { describe, expect, test } from "vitest";
import { selfSignedCertificate } from "./self-signed-certificate.ts";

const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 1024 });

const options = {
  privateKey,
  commonName: "sns.amazonaws.com",
  notBeforeMs: Date.UTC(2020, 0, 1),
  notAfterMs: Date.UTC(2120, 0, 1),
};

describe("self-signed certificate", () => {
  test("is read by OpenSSL, and signed by its own key", () => {
    const certificate = new X509Certificate(selfSignedCertificate(options));
    expect(certificate.subject).toBe("CN=sns.amazonaws.com");
    expect(certificate.issuer).toBe(certificate.subject);
    expect(certificate.validFrom).toBe("Jan  1 00:00:00 2020 GMT");
    expect(certificate.validTo).toBe("Jan  1 00:00:00 2120 GMT");
    expect(certificate.verify(publicKey)).toBe(true);
    expect(certificate.checkPrivateKey(privateKey)).toBe(true);
  });

  test("is the same each time, and another one for another key", () => {
    expect(selfSignedCertificate(options)).toBe(selfSignedCertificate(options));
    const other = generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey;
    const text = selfSignedCertificate({ ...options, privateKey: other });
    expect(new X509Certificate(text).verify(publicKey)).toBe(false);
    const mine = new X509Certificate(selfSignedCertificate(options));
    expect(new X509Certificate(text).serialNumber).not.toBe(mine.serialNumber);
  });

  test("names hosts and addresses", () => {
    const names = { hostNames: ["localhost"], addresses: ["127.0.0.1"] };
    const certificate = new X509Certificate(selfSignedCertificate({ ...options, ...names }));
    expect(certificate.checkHost("localhost")).toBe("localhost");
    expect(certificate.checkIP("127.0.0.1")).toBe("127.0.0.1");
    expect(certificate.checkHost("example.com")).toBeUndefined();
  });

  test("verifies what the key signed", () => {
    const signature = createSign("RSA-SHA1").update("text").sign(privateKey);
    const verifier = (text: string) => createVerify("RSA-SHA1").update(text);
    const certificate = selfSignedCertificate(options);
    expect(verifier("text").verify(certificate, signature)).toBe(true);
    expect(verifier("other").verify(certificate, signature)).toBe(false);
  });
});
