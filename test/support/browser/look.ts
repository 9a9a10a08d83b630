import { AXE_TAGS, BOUNDS, REFLOW_WIDTHS } from './bounds.js';
import { inPage } from './in-page.js';
import { keepPicture } from './pictures.js';
import type { Visitor } from './visitor.js';
import type { Wire } from './wire.js';

/** What a page was found to be wrong in. */
export type Aspect =
  'access' | 'structure' | 'fit' | 'reflow' | 'motion' | 'shift' | 'weight' | 'quiet';

/** One thing that is wrong. */
export interface Finding {
  aspect: Aspect;
  page: string;
  what: string;
}

/** What a page is, beside what is wrong with it. */
export interface Looked {
  findings: Finding[];
  title: string;
  bytes: number;
}

interface Structure {
  mains: number;
  headings: number;
  language: string;
  title: string;
  unnamed: string[];
}

/**
 * Looks at the page that a visitor is on, by every check that there is, and keeps a picture of it.
 * @param name what findings and the picture call it
 * @param wire tapped before the page was opened
 */
export async function look(visitor: Visitor, name: string, wire: Wire): Promise<Looked> {
  const { page, variant } = visitor;
  const findings: Finding[] = [];
  const find = (aspect: Aspect, what: string) => findings.push({ aspect, page: name, what });

  // First, since every other check brings something or moves something.
  const bytes = wire.take();
  if (bytes > BOUNDS.laterPageBytes) find('weight', `${bytes} bytes`);
  const shift = await inPage<{ sum: number; what: string[] }>(page, 'shifts');
  if (shift.sum > BOUNDS.layoutShift) find('shift', `${shift.sum}: ${shift.what.join(', ')}`);

  const structure = await inPage<Structure>(page, 'structure');
  for (const what of faultsOf(structure, variant.language)) find('structure', what);
  const moving = await inPage<string[]>(page, 'moving', BOUNDS.motionSec);
  if (moving.length > 0) find('motion', moving.join(', '));

  for (const what of await inPage<string[]>(page, 'axe', AXE_TAGS)) find('access', what);
  await keepPicture(visitor, `pages/${name}`);
  for (const what of await inPage<string[]>(page, 'unfit')) find('fit', what);
  for (const what of await sidewaysAt(visitor)) find('reflow', what);
  for (const what of visitor.complaints.splice(0)) find('quiet', what);
  return { findings, title: structure.title, bytes };
}

function faultsOf(
  { mains, headings, language, title, unnamed }: Structure,
  wanted: string,
): string[] {
  return [
    ...(mains === 1 ? [] : [`${mains} main parts`]),
    ...(headings === 1 ? [] : [`${headings} first headings`]),
    ...(language === wanted ? [] : [`says that its language is “${language}”`]),
    ...(title.trim() === '' ? ['no title'] : []),
    ...unnamed.map((text) => `a fault that names no field: “${text}”`),
  ];
}

/** Leaves the window as wide as it was. */
async function sidewaysAt({ page, variant }: Visitor): Promise<string[]> {
  const faults: string[] = [];
  const height = page.viewportSize()?.height ?? 0;
  for (const width of REFLOW_WIDTHS[variant.width]) {
    await page.setViewportSize({ width, height });
    const found = await inPage<{ excess: number; culprits: string[] }>(page, 'overflow');
    const { excess, culprits } = found;
    if (excess > 0) faults.push(`${excess} px wider than ${width} px: ${culprits.join(', ')}`);
  }
  await page.setViewportSize({ width: variant.width, height });
  return faults;
}
