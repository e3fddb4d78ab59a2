# One interface target carries every compiler option, so that no room can compile differently by accident.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  # Without the first, ccache passes by every file that uses the precompiled header; without the others, no clone of the
  # project profits from what another one built.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
    CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${CCACHE_PROGRAM})
endif()

add_library(gapmap_flags INTERFACE)
target_compile_options(gapmap_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Wnon-virtual-dtor -Wold-style-cast
  # What ccache asks for to see through a precompiled header.
  $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>
  # The same bits from every clone of a hot function: no fused multiply-add behind our back.
  -ffp-contract=off
  # Runs on any x86-64-v2 machine (2009 and later); hot loops bring their own v3 clones.
  -march=x86-64-v2 -mtune=generic
  # g++ 12 takes the unused alternatives of a std::variant for uninitialised reads once it inlines (GCC bug 105562 and kin).
  $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>
  $<$<BOOL:${GAPMAP_WARNINGS_AS_ERRORS}>:-Werror>
  $<$<CXX_COMPILER_ID:Clang>:-Wno-unused-command-line-argument>)
