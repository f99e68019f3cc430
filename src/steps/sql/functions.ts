/**
 * Functions of PostgreSQL and its contributed extensions that act although a SELECT may call them. Most of them work inside a read only
 * transaction as well, so the server would not stop them: naming one makes the statement a write.
 */
const acting: ReadonlySet<string> = new Set(
  `pg_terminate_backend pg_cancel_backend pg_promote setval nextval set_config pg_notify
  pg_reload_conf pg_rotate_logfile pg_rotate_logfile_old pg_switch_wal pg_switch_xlog pg_create_restore_point
  pg_start_backup pg_stop_backup pg_backup_start pg_backup_stop pg_wal_replay_pause pg_wal_replay_resume
  pg_create_physical_replication_slot pg_create_logical_replication_slot pg_drop_replication_slot pg_replication_slot_advance
  pg_copy_physical_replication_slot pg_copy_logical_replication_slot pg_sync_replication_slots pg_export_snapshot
  pg_logical_slot_get_changes pg_logical_slot_get_binary_changes pg_logical_emit_message pg_log_backend_memory_contexts
  pg_log_standby_snapshot pg_import_system_collations pg_extension_config_dump pg_file_write pg_file_unlink pg_file_rename
  pg_file_sync pg_nextoid pg_stat_force_next_flush pg_stat_statements_reset pg_prewarm autoprewarm_start_worker
  autoprewarm_dump_now pg_truncate_visibility_map heap_force_kill heap_force_freeze
  brin_summarize_new_values brin_summarize_range brin_desummarize_range gin_clean_pending_list
  query_to_xml query_to_xmlschema query_to_xml_and_xmlschema cursor_to_xml cursor_to_xmlschema ts_stat ts_rewrite crosstab
  pg_stop_making_pinned_objects connectby loread lowrite database_to_xml`.split(/\s+/),
);
const families =
  /^(?:lo_|dblink|pg_advisory_|pg_try_advisory_|pg_stat_reset|pg_replication_origin_|pg_restore_|binary_upgrade_|pg_clear_|crosstab)/;

/** `name` as the server folds it, without its schema. */
export const acts = (name: string): boolean => acting.has(name) || families.test(name);
