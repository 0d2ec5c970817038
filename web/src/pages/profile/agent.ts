/** What signed in, in words: the browser and the system out of what it called itself. */

const browsers: [RegExp, string][] = [
  [/Edg\/(\d+)/, "Edge"],
  [/OPR\/(\d+)/, "Opera"],
  [/Firefox\/(\d+)/, "Firefox"],
  [/(?:Headless)?Chrom(?:e|ium)\/(\d+)/, "Chrome"],
  [/Version\/(\d+).*Safari/, "Safari"],
];
const systems: [RegExp, string][] = [
  [/iPhone|iPad/, "iOS"],
  [/Android/, "Android"],
  [/Windows/, "Windows"],
  [/Mac OS X|Macintosh/, "macOS"],
  [/Linux|X11/, "Linux"],
];

export function agent(client: string): string {
  const browser = browsers.find(([pattern]) => pattern.test(client));
  if (!browser) return client;
  const version = browser[0].exec(client)?.[1];
  const system = systems.find(([pattern]) => pattern.test(client))?.[1];
  return [`${browser[1]} ${version}`, system].filter(Boolean).join(", ");
}
