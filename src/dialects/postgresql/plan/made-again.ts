// SQL that words, as a `text[]`, what makes an object of the catalogue again as it is, with all that is said of it. Each takes the alias of the object's row.

/** Of a `pg_constraint`: a check, a foreign key, what excludes; of a table or a domain. */
export function constraintAgain(k: string): string {
  return `case when ${k}.contype = 'x' then ${indexAgain(`${k}.conindid`)} else array_remove(array[
    format('ALTER %s ADD CONSTRAINT %I %s', ${constraintOwner(k)}, ${k}.conname, pg_get_constraintdef(${k}.oid)),
    format('COMMENT ON CONSTRAINT %I ON %s IS ', ${k}.conname, regexp_replace(${constraintOwner(k)}, '^TABLE ', '')) || quote_literal(obj_description(${k}.oid, 'pg_constraint'))], null) end`;
}

/** `TABLE t` or `DOMAIN d`, of a `pg_constraint`. */
export function constraintOwner(k: string): string {
  return `case when ${k}.contypid = 0 then 'TABLE ' || ${k}.conrelid::regclass else 'DOMAIN ' || ${k}.contypid::regtype end`;
}

/** Of an index, given by its id: as the constraint that it carries where it does; of a partitioned table with its partitions', each under its own name. */
export function indexAgain(id: string): string {
  return `array(select s.statement
    from (select ${id}::regclass as id, null::regclass as parent, 0 as level union all select relid, parentrelid, level from pg_partition_tree(${id}) where level > 0) t
      join pg_index i on i.indexrelid = t.id join pg_class c on c.oid = t.id left join pg_tablespace p on p.oid = c.reltablespace
      left join pg_constraint k on k.conindid = t.id and k.conrelid = i.indrelid and k.contype = 'x'
      cross join lateral (
        select 0, case when k.oid is null then pg_get_indexdef(t.id) else format('ALTER TABLE ONLY %s ADD CONSTRAINT %I %s', i.indrelid::regclass, k.conname, pg_get_constraintdef(k.oid)) end
        union all select 1, format('COMMENT ON CONSTRAINT %I ON %s IS %L', k.conname, i.indrelid::regclass, obj_description(k.oid, 'pg_constraint')) where obj_description(k.oid, 'pg_constraint') is not null
        union all select 2, format('COMMENT ON INDEX %s IS %L', t.id::regclass, obj_description(t.id, 'pg_class')) where obj_description(t.id, 'pg_class') is not null
        union all select 3, format('ALTER TABLE %s CLUSTER ON %I', i.indrelid::regclass, c.relname) where i.indisclustered
        union all select 3, format('ALTER TABLE %s REPLICA IDENTITY USING INDEX %I', i.indrelid::regclass, c.relname) where i.indisreplident
        union all select 4, format('ALTER INDEX %s SET TABLESPACE %I', t.id::regclass, p.spcname) where p.oid is not null
        union all select 5, format('ALTER INDEX %s ALTER COLUMN %s SET STATISTICS %s', t.id::regclass, a.attnum, a.attstattarget) from pg_attribute a where a.attrelid = t.id and a.attstattarget >= 0
        union all select 6, format('ALTER INDEX %s ATTACH PARTITION %s', t.parent, t.id::regclass) where t.parent is not null) s(place, statement)
    order by t.level, t.id, s.place, s.statement)`;
}

/** Of a `pg_trigger`. */
export function triggerAgain(g: string): string {
  return `array_remove(array[pg_get_triggerdef(${g}.oid),
    case when ${g}.tgenabled <> 'O' then format('ALTER TABLE %s %s TRIGGER %I', ${g}.tgrelid::regclass,
      case ${g}.tgenabled when 'D' then 'DISABLE' when 'R' then 'ENABLE REPLICA' else 'ENABLE ALWAYS' end, ${g}.tgname) end,
    format('COMMENT ON TRIGGER %I ON %s IS ', ${g}.tgname, ${g}.tgrelid::regclass) || quote_literal(obj_description(${g}.oid, 'pg_trigger'))], null)`;
}

/** Of a `pg_statistic_ext`; its owner last, for nobody else may change it. */
export function statisticsAgain(s: string): string {
  const name = statisticsName(s);
  return `array_remove(array[pg_get_statisticsobjdef(${s}.oid),
    format('COMMENT ON STATISTICS %s IS ', ${name}) || quote_literal(obj_description(${s}.oid, 'pg_statistic_ext')),
    case when ${s}.stxstattarget >= 0 then format('ALTER STATISTICS %s SET STATISTICS %s', ${name}, ${s}.stxstattarget) end,
    case when pg_get_userbyid(${s}.stxowner) <> current_user then format('ALTER STATISTICS %s OWNER TO %I', ${name}, pg_get_userbyid(${s}.stxowner)) end], null)`;
}

/** The whole name of a `pg_statistic_ext`, quoted. */
export function statisticsName(s: string): string {
  return `format('%s.%I', ${s}.stxnamespace::regnamespace, ${s}.stxname)`;
}

/** The columns `(attrelid, attnum)` that the server computes from those of a query, which has the same columns: they can't stay while those change. */
export function generatedFromSql(columns: string): string {
  return `select a.attrelid, a.attnum from (${columns}) source
    join pg_depend d on d.refclassid = 'pg_class'::regclass and d.refobjid = source.attrelid and d.refobjsubid = source.attnum
    left join pg_attrdef e on d.classid = 'pg_attrdef'::regclass and e.oid = d.objid
    join pg_attribute a on a.attgenerated <> '' and (a.attrelid = e.adrelid and a.attnum = e.adnum
      or d.classid = 'pg_class'::regclass and a.attrelid = d.objid and a.attnum = d.objsubid)`;
}
