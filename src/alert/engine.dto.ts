import { SortedBy } from '../web/sorting.js';
import { ENGINE_SORTS } from './engine-sort.rules.js';

/** What the list of engines may be asked for. */
export class EngineQuery {
  @SortedBy(ENGINE_SORTS)
  sort?: string;
}
