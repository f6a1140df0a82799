/** SQLSTATEs by the names that PL/pgSQL gives them: those that a statement over the catalog can raise (errcodes.txt). */
const CODES: Readonly<Record<string, string>> = {
  feature_not_supported: '0A000',
  case_not_found: '20000',
  cardinality_violation: '21000',
  data_exception: '22000',
  null_value_not_allowed: '22004',
  division_by_zero: '22012',
  invalid_parameter_value: '22023',
  invalid_text_representation: '22P02',
  integrity_constraint_violation: '23000',
  not_null_violation: '23502',
  foreign_key_violation: '23503',
  unique_violation: '23505',
  check_violation: '23514',
  active_sql_transaction: '25001',
  no_active_sql_transaction: '25P01',
  in_failed_sql_transaction: '25P02',
  dependent_privilege_descriptors_still_exist: '2B000',
  dependent_objects_still_exist: '2BP01',
  invalid_schema_name: '3F000',
  invalid_catalog_name: '3D000',
  syntax_error_or_access_rule_violation: '42000',
  insufficient_privilege: '42501',
  syntax_error: '42601',
  invalid_name: '42602',
  invalid_column_definition: '42611',
  name_too_long: '42622',
  duplicate_column: '42701',
  ambiguous_column: '42702',
  undefined_column: '42703',
  undefined_object: '42704',
  duplicate_object: '42710',
  duplicate_alias: '42712',
  duplicate_function: '42723',
  ambiguous_function: '42725',
  grouping_error: '42803',
  datatype_mismatch: '42804',
  wrong_object_type: '42809',
  invalid_foreign_key: '42830',
  cannot_coerce: '42846',
  undefined_function: '42883',
  reserved_name: '42939',
  undefined_table: '42P01',
  undefined_parameter: '42P02',
  duplicate_database: '42P04',
  duplicate_schema: '42P06',
  duplicate_table: '42P07',
  ambiguous_parameter: '42P08',
  ambiguous_alias: '42P09',
  invalid_column_reference: '42P10',
  invalid_function_definition: '42P13',
  invalid_schema_definition: '42P15',
  invalid_table_definition: '42P16',
  invalid_object_definition: '42P17',
  indeterminate_datatype: '42P18',
  object_not_in_prerequisite_state: '55000',
  object_in_use: '55006',
  unsafe_new_enum_value_usage: '55P04',
  plpgsql_error: 'P0000',
  raise_exception: 'P0001',
  no_data_found: 'P0002',
  too_many_rows: 'P0003',
  assert_failure: 'P0004',
}

/** The SQLSTATE of a condition's name; a SQLSTATE as it is. */
export function sqlstate(condition: string): string {
  return CODES[condition] ?? condition
}

/** Whether an exception handler's condition takes an error: a class (`42000`) takes all of its own. */
export function handles(condition: string, code: string): boolean {
  if (condition === 'others') return code !== 'P0004' && code !== '57014'
  const wanted = sqlstate(condition)
  return wanted === code || (wanted.endsWith('000') && wanted.slice(0, 2) === code.slice(0, 2))
}
