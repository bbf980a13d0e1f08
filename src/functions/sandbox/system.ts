/** What every process needs of the system: programs, libraries, settings, and no one's files. */
import { existsSync, lstatSync, readdirSync, readlinkSync } from "node:fs";
import { file, folder, type ShownLink, type ShownPlace } from "./plan.ts";

const SYSTEM_FOLDERS = [
  ...["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"],
  ...["/nix/store", "/gnu/store"],
];
/** Of `/etc` what programs need to start, to find names and to trust servers. */
const SETTINGS =
  /^(?:ld\.so\..*|alternatives|ca-certificates.*|crypto-policies|nsswitch\.conf|host\.conf|gai\.conf|services|protocols|mime\.types|localtime|timezone|os-release|java.*|fonts|dotnet)$/;

/** Without the private keys that lie beside them. */
const CERTIFICATES = [
  ...["/etc/ssl/certs", "/etc/ssl/cert.pem", "/etc/ssl/openssl.cnf"],
  ...["/etc/pki/ca-trust", "/etc/pki/tls/certs", "/etc/pki/tls/cert.pem"],
  "/etc/pki/tls/openssl.cnf",
];

export interface Shown {
  readonly shown: readonly ShownPlace[];
  readonly links: readonly ShownLink[];
}

export function systemFolders(): Shown {
  return shownAsTheyAre(SYSTEM_FOLDERS);
}

export function systemSettings(): Shown {
  const names = existsSync("/etc") ? readdirSync("/etc") : [];
  const settings = names.filter((name) => SETTINGS.test(name)).map((name) => `/etc/${name}`);
  return shownAsTheyAre([...settings, ...CERTIFICATES]);
}

function shownAsTheyAre(places: readonly string[]): Shown {
  const shown: ShownPlace[] = [];
  const links: ShownLink[] = [];
  for (const place of places) {
    const found = lstatSync(place, { throwIfNoEntry: false });
    if (found?.isSymbolicLink()) {
      links.push({ at: place, target: readlinkSync(place) });
    } else if (found?.isDirectory()) {
      shown.push(folder(place));
    } else if (found?.isFile()) {
      shown.push(file(place));
    }
  }
  return { shown, links };
}

export function isOfSystem(place: string): boolean {
  return SYSTEM_FOLDERS.some((system) => place === system || isBelow(place, system));
}

export function isBelow(place: string, above: string): boolean {
  return place.startsWith(`${above}/`);
}
