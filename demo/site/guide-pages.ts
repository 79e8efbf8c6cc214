// The pages of the guide, in the order of its menu.

export interface GuidePage {
  /** The name of the built page, without `.html`. */
  readonly name: string;
  /** The title in the menu. */
  readonly title: string;
  /** The path of the Markdown from the root of the repository. Default: the file in demo/guide with this name. */
  readonly source?: string;
}

export interface GuideGroup {
  readonly title: string;
  readonly pages: readonly GuidePage[];
}

export const guideGroups: readonly GuideGroup[] = [
  {
    title: 'Start',
    pages: [
      { name: 'index', title: 'Overview' },
      { name: 'getting-started', title: 'Getting started' },
      { name: 'frameworks', title: 'Express, Fastify, Hono' },
      { name: 'from-ws', title: 'Coming from ws' },
      { name: 'from-socket-io', title: 'Coming from Socket.IO' },
      { name: 'from-browser', title: 'Coming from WebSocket' },
    ],
  },
  {
    title: 'Use',
    pages: [
      { name: 'messages', title: 'Messages and events' },
      { name: 'flow', title: 'Flow and backpressure' },
      { name: 'closing', title: 'Closing' },
      { name: 'errors', title: 'Errors' },
      { name: 'timeouts', title: 'Timeouts' },
      { name: 'limits', title: 'Limits and security' },
      { name: 'compression', title: 'Compression' },
      { name: 'scaling', title: 'Scaling out' },
      { name: 'testing', title: 'Testing your code' },
      { name: 'command', title: 'The command' },
      { name: 'applications', title: 'Applications' },
    ],
  },
  {
    title: 'Look inside',
    pages: [
      { name: 'stages', title: 'Stages' },
      { name: 'transport', title: 'Your own transport' },
      { name: 'architecture', title: 'Architecture', source: 'ARCHITECTURE.md' },
      { name: 'contributing', title: 'Contributing', source: 'CONTRIBUTING.md' },
      { name: 'security', title: 'Security', source: 'SECURITY.md' },
      { name: 'changelog', title: 'Changelog', source: 'CHANGELOG.md' },
    ],
  },
];

/** Returns the path of a page's Markdown, from the root of the repository. */
export function sourceOf({ name, source = `demo/guide/${name}.md` }: GuidePage): string {
  return source;
}

export const guidePages: readonly GuidePage[] = guideGroups.flatMap(({ pages }) => pages);
