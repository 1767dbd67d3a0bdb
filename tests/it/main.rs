//! The integration tests, in one binary: each further one would link everything again.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking, its helpers too"
)]

mod catalogue_api;
mod catalogue_instances;
mod catalogue_lexical;
mod catalogue_mutants;
mod catalogue_proof;
mod catalogue_random;
mod catalogue_source;
mod cli;
mod cli_bad_input;
mod cli_behaviour;
mod commands_import;
mod commands_load;
mod commands_qwc;
mod commands_settings;
mod commands_support;
mod commands_sync;
mod commands_transcripts;
mod connector_answers;
mod connector_calls;
mod connector_failures;
mod connector_hostile;
mod connector_qwc;
mod connector_wsdl;
mod connector_zeep;
mod crash_matrix;
mod demo;
mod documents;
mod documents_files;
mod documents_properties;
mod documents_shapes;
mod documents_wrong;
mod engine_edits;
mod engine_properties;
mod engine_shop;
mod faults;
mod fixtures;
mod fixtures_checklist;
mod fixtures_command;
mod fixtures_runner;
mod fixtures_valid;
mod fuzz_corpus;
mod handbook;
mod ignorance;
mod inlining;
mod loop_cases;
mod loop_export;
mod loop_finalize;
mod loop_gone;
mod loop_recognized;
mod loop_store;
mod loop_support;
mod loop_voided;
mod loop_window;
mod oracle;
mod readme;
mod service_desk;
mod service_doors;
mod service_hostile;
mod service_pages;
mod service_passwords;
mod service_session;
mod service_stop;
mod service_wire;
mod simulation;
mod simulator_every;
mod simulator_lists;
mod simulator_mishaps;
mod simulator_money;
mod simulator_queries;
mod simulator_random;
mod simulator_requests;
mod simulator_strict;
mod store_crash;
mod store_model;
mod store_sqlite;
mod store_story;
mod store_support;
mod web_connector;
mod web_connector_command;
mod web_connector_mishaps;
mod web_connector_qwc;
mod web_connector_server;
mod web_doors;
mod web_imports;
mod web_integrations;
mod web_lists;
mod web_sign_in;
mod web_support;
mod web_views;
