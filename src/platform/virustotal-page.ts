/** VirusTotal's own page on a URL; null while its id of the URL is not known. */
export function virusTotalPage(virusTotalUrlId: string | null): string | null {
  if (virusTotalUrlId === null) return null;
  return `https://www.virustotal.com/gui/url/${encodeURIComponent(virusTotalUrlId)}`;
}
