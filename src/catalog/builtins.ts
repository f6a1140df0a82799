/**
 * Postgres's own types: OID, name, category, preferred (1), as pg_type of Postgres 18 has them; ranges with their subtype.
 */
import type { BaseType, Oid, PgType, RangeType, TypeRef } from './model.js'

const BASE = `
16 bool B 1
17 bytea U 0
18 char Z 0
19 name S 0
20 int8 N 0
21 int2 N 0
22 int2vector A 0
23 int4 N 0
24 regproc N 0
25 text S 1
26 oid N 1
27 tid U 0
28 xid U 0
29 cid U 0
30 oidvector A 0
114 json U 0
142 xml U 0
194 pg_node_tree Z 0
600 point G 0
601 lseg G 0
602 path G 0
603 box G 0
604 polygon G 0
628 line G 0
650 cidr I 0
700 float4 N 0
701 float8 N 1
718 circle G 0
774 macaddr8 U 0
790 money N 0
829 macaddr U 0
869 inet I 1
1033 aclitem U 0
1042 bpchar S 0
1043 varchar S 0
1082 date D 0
1083 time D 0
1114 timestamp D 0
1184 timestamptz D 1
1186 interval T 1
1266 timetz D 0
1560 bit V 0
1562 varbit V 1
1700 numeric N 0
1790 refcursor U 0
2202 regprocedure N 0
2203 regoper N 0
2204 regoperator N 0
2205 regclass N 0
2206 regtype N 0
2950 uuid U 0
2970 txid_snapshot U 0
3220 pg_lsn U 0
3361 pg_ndistinct Z 0
3402 pg_dependencies Z 0
3614 tsvector U 0
3615 tsquery U 0
3642 gtsvector U 0
3734 regconfig N 0
3769 regdictionary N 0
3802 jsonb U 0
4072 jsonpath U 0
4089 regnamespace N 0
4096 regrole N 0
4191 regcollation N 0
4600 pg_brin_bloom_summary Z 0
4601 pg_brin_minmax_multi_summary Z 0
5017 pg_mcv_list Z 0
5038 pg_snapshot U 0
5069 xid8 U 0
`

const PSEUDO = `
32 pg_ddl_command P 0
269 table_am_handler P 0
325 index_am_handler P 0
705 unknown X 0
2249 record P 0
2275 cstring P 0
2276 any P 0
2277 anyarray P 0
2278 void P 0
2279 trigger P 0
2280 language_handler P 0
2281 internal P 0
2283 anyelement P 0
2776 anynonarray P 0
3115 fdw_handler P 0
3310 tsm_handler P 0
3500 anyenum P 0
3831 anyrange P 0
3838 event_trigger P 0
4537 anymultirange P 0
4538 anycompatiblemultirange P 0
5077 anycompatible P 0
5078 anycompatiblearray P 0
5079 anycompatiblenonarray P 0
5080 anycompatiblerange P 0
`

const RANGES = `
3904 int4range range 23
3906 numrange range 1700
3908 tsrange range 1114
3910 tstzrange range 1184
3912 daterange range 1082
3926 int8range range 20
4451 int4multirange multirange 23
4532 nummultirange multirange 1700
4533 tsmultirange multirange 1114
4534 tstzmultirange multirange 1184
4535 datemultirange multirange 1082
4536 int8multirange multirange 20
`

function read(): ReadonlyMap<Oid, PgType> {
  const types = new Map<Oid, PgType>()
  for (const [kind, table] of [
    ['base', BASE],
    ['pseudo', PSEUDO],
  ] as const) {
    for (const line of table.trim().split('\n')) {
      const [oid, name, category, preferred] = line.split(' ') as [string, string, string, string]
      const type: BaseType = {
        oid: Number(oid),
        schema: 'pg_catalog',
        name,
        kind,
        category,
        preferred: preferred === '1',
      }
      types.set(type.oid, type)
    }
  }
  for (const line of RANGES.trim().split('\n')) {
    const [oid, name, kind, subtype] = line.split(' ') as [string, string, 'range' | 'multirange', string]
    const type: RangeType = {
      oid: Number(oid),
      schema: 'pg_catalog',
      name,
      kind,
      subtype: { oid: Number(subtype), array: false },
    }
    types.set(type.oid, type)
  }
  return types
}

/** Postgres's own types by OID. Arrays of them are `TypeRef`s, not types of their own. */
export const builtinTypes: ReadonlyMap<Oid, PgType> = read()

/** The same by name. */
export const builtinTypesByName: ReadonlyMap<string, PgType> = new Map(
  [...builtinTypes.values()].map((type) => [type.name, type]),
)

/** OIDs of the types that the catalog itself reasons about. */
export const TEXT: Oid = 25
export const BOOL: TypeRef = { oid: 16, array: false }
export const VARCHAR: Oid = 1043
export const BPCHAR: Oid = 1042
export const NAME: Oid = 19
export const INT4: Oid = 23
export const UNKNOWN: Oid = 705
