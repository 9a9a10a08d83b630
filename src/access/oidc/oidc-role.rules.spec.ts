import { roleOf } from './oidc-role.rules';

const MAPPED = [
  ['staff', 'viewer'],
  ['oju-admins', 'admin'],
  ['soc', 'analyst'],
] as const;

describe('the role of a claim', () => {
  it.each<[string, Record<string, unknown>, string, string | null]>([
    ['one value', { groups: 'soc' }, 'groups', 'analyst'],
    ['a list', { groups: ['printers', 'staff'] }, 'groups', 'viewer'],
    ['the highest of several', { groups: ['staff', 'oju-admins', 'soc'] }, 'groups', 'admin'],
    [
      'a claim inside others',
      { realm_access: { roles: ['soc'] } },
      'realm_access.roles',
      'analyst',
    ],
    [
      'a name with dots',
      { 'https://x.example/roles': ['soc'] },
      'https://x.example/roles',
      'analyst',
    ],
    ['no value that is mapped', { groups: ['printers'] }, 'groups', null],
    ['another case', { groups: ['OJU-Admins'] }, 'groups', null],
    ['a part of a value', { groups: 'oju-admins,staff' }, 'groups', null],
    ['no claim', {}, 'groups', null],
    ['an empty list', { groups: [] }, 'groups', null],
    ['another type', { groups: { 'oju-admins': true } }, 'groups', null],
    ['null', { groups: null }, 'groups.name', null],
    ['a name that every object has', {}, 'constructor.name', null],
  ])('with %s', (_what, claims, claim, role) => {
    expect(roleOf(claims, claim, MAPPED)).toBe(role);
  });
});
