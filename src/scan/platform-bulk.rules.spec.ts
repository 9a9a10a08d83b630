import { fieldChanges } from './platform-bulk.rules.js';

describe('what is done with several platforms', () => {
  it.each([
    ['activate', { isActive: false, tags: [] }, { active: true }],
    ['activate', { isActive: true, tags: [] }, null],
    ['deactivate', { isActive: true, tags: [] }, { active: false }],
    ['deactivate', { isActive: false, tags: [] }, null],
    ['addTag', { isActive: true, tags: ['a'] }, { tags: ['a', 'new'] }],
    ['addTag', { isActive: true, tags: ['new', 'a'] }, null],
    ['addTag', { isActive: true, tags: ['New'] }, { tags: ['New', 'new'] }],
    ['removeTag', { isActive: true, tags: ['a', 'new', 'b'] }, { tags: ['a', 'b'] }],
    ['removeTag', { isActive: true, tags: ['New'] }, null],
  ] as const)('%s of %j changes %j', (action, platform, changes) => {
    expect(fieldChanges(platform, action, 'new')).toEqual(changes);
  });
});
