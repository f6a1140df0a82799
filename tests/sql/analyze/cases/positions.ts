/** Constants in every form: marks as in the queries. */
export const POSITIONS: Record<string, readonly string[]> = {
  constants: [
    `SELECT «'it''x'»::mood, 'it''s'::mood, «E'it\\'x'»::mood, E'it\\'s'::mood`,
    `SELECT «$$x$$»::mood, «$tag$x$tag$»::mood, $$it's$$::mood, $q$a b$q$::mood`,
    `SELECT «U&'\\0078'»::mood, U&'s\\0061d'::mood, U&'s!0061d' UESCAPE '!'::mood`,
    `SELECT «'o'\n  'x'»::mood, 'o'\n\n'k'::mood`,
    `SELECT 'é😀'::mood, «'é😀x'»::mood, «'ü'»::mood -- é 😀\r\n, «'y'»::mood`,
    `SELECT /* é '😀' /* nested */ */ «'x'»::mood AS "é'x'", «E'\\u00e9'»::mood, E'\\U000000e9\\U0001F600'::mood`,
    `SELECT E'back\\\\slash'::mood, 'back\\slash'::mood, «E'\\x78'»::mood`,
  ],
  'array literals': [
    `SELECT '{ok, «x» , "«y»" ,"a b",NULL,"NULL"}'::mood[]`,
    `SELECT '{it''s,«it''x»}'::mood[], E'{«it\\'x»,ok}'::mood[], $q$ {it's,«it'x»}$q$::mood[]`,
    `SELECT '{"back\\\\slash","«x\\"y»",«a\\,b»}'::mood[], '[1:2]={ok,«x»}'::mood[]`,
    `SELECT '{é😀,«é»,"«😀»"}'::mood[], '{}'::mood[], '{{ok,«x»},{«y»,sad}}'::mood[]`,
    `SELECT '("«x»",1)'::pair, '{"(«y»,2)","(\\"«z»\\",3)"}'::pair[]`,
  ],
}
