#pragma once
#include "app/command.h"

// Every command of the program, one line each; the order is the order of `gapmap --help`.
namespace gapmap {

// project commands: app/project/
void register_demo(CLI::App& parent, const CommandSink& sink);
void register_init(CLI::App& parent, const CommandSink& sink);
void register_import(CLI::App& parent, const CommandSink& sink);
void register_run(CLI::App& parent, const CommandSink& sink);
void register_topology(CLI::App& parent, const CommandSink& sink);
void register_crosswalk(CLI::App& parent, const CommandSink& sink);
void register_bases(CLI::App& parent, const CommandSink& sink);
void register_sample(CLI::App& parent, const CommandSink& sink);
void register_status(CLI::App& parent, const CommandSink& sink);

// toolbox commands: app/toolbox/
void register_transform(CLI::App& parent, const CommandSink& sink);
void register_join(CLI::App& parent, const CommandSink& sink);
void register_density(CLI::App& parent, const CommandSink& sink);
void register_risk(CLI::App& parent, const CommandSink& sink);
void register_rates(CLI::App& parent, const CommandSink& sink);
void register_change(CLI::App& parent, const CommandSink& sink);
void register_effect(CLI::App& parent, const CommandSink& sink);
void register_power(CLI::App& parent, const CommandSink& sink);
void register_tiles(CLI::App& parent, const CommandSink& sink);
void register_zonal(CLI::App& parent, const CommandSink& sink);
void register_contours(CLI::App& parent, const CommandSink& sink);
void register_pattern(CLI::App& parent, const CommandSink& sink);
void register_scan(CLI::App& parent, const CommandSink& sink);
void register_moran(CLI::App& parent, const CommandSink& sink);
void register_geary(CLI::App& parent, const CommandSink& sink);
void register_general_g(CLI::App& parent, const CommandSink& sink);
void register_join_count(CLI::App& parent, const CommandSink& sink);
void register_lee(CLI::App& parent, const CommandSink& sink);
void register_local(CLI::App& parent, const CommandSink& sink);
void register_capture(CLI::App& parent, const CommandSink& sink);
void register_knox(CLI::App& parent, const CommandSink& sink);
void register_mantel(CLI::App& parent, const CommandSink& sink);
void register_trend(CLI::App& parent, const CommandSink& sink);
void register_cube(CLI::App& parent, const CommandSink& sink);
void register_alarm(CLI::App& parent, const CommandSink& sink);

}  // namespace gapmap
