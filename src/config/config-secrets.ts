import type { AppConfig } from './app-config.js';

/** Every secret that the configuration holds: passwords of addresses, keys, the first admin's. */
export function secretsOf(config: AppConfig): string[] {
  const { database, redisUrl, mail, proxyUrl, firstAdmin, oidc, secrets } = config;
  const addresses = [
    database.kind === 'mysql' ? database.url : null,
    redisUrl,
    mail?.url,
    proxyUrl,
  ];
  const given = [firstAdmin?.password, oidc?.clientSecret, ...secrets];
  return [...addresses.flatMap(passwordsOf), ...given].filter(
    (secret): secret is string => typeof secret === 'string' && secret !== '',
  );
}

/** The password of an address, as it is written there and as it is meant. */
function passwordsOf(address: string | null | undefined): string[] {
  if (!address || !URL.canParse(address)) return [];
  const { password } = new URL(address);
  try {
    return [password, decodeURIComponent(password)];
  } catch {
    // Not percent-encoded: then it is meant as it is written.
    return [password];
  }
}
