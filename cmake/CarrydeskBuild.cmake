# SPDX-License-Identifier: GPL-3.0-or-later
# Options, warnings and sanitizers are INTERFACE targets that every other target links.

add_library(carrydesk_options INTERFACE)
# The result digest must be the same in every build, so no contraction of a*b+c into fma.
target_compile_options(carrydesk_options INTERFACE -ffp-contract=off -fno-fast-math)

add_library(carrydesk_warnings INTERFACE)
target_compile_options(carrydesk_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor
  -Woverloaded-virtual -Wimplicit-fallthrough -Wdouble-promotion
  $<$<BOOL:${CARRYDESK_WERROR}>:-Werror>)

if(CARRYDESK_SANITIZE)
  target_compile_options(carrydesk_options INTERFACE
    -fsanitize=${CARRYDESK_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(carrydesk_options INTERFACE -fsanitize=${CARRYDESK_SANITIZE})
  # GCC's maybe-uninitialized analysis misfires on instrumented code.
  target_compile_options(carrydesk_warnings INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
endif()

# One static library per room. DEPS lists the rooms to its left that it may include; the include
# root of a room is visible only through its target (tests/structure checks the arrows too).
function(carrydesk_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;DEPS;LIBS;PRIVATE_LIBS" ${ARGN})
  add_library(carrydesk_${name} STATIC ${ROOM_SOURCES})
  add_library(carrydesk::${name} ALIAS carrydesk_${name})
  target_include_directories(carrydesk_${name} PUBLIC include PRIVATE src)
  target_link_libraries(carrydesk_${name} PUBLIC carrydesk_options ${ROOM_LIBS})
  foreach(dep IN LISTS ROOM_DEPS)
    target_link_libraries(carrydesk_${name} PUBLIC carrydesk::${dep})
  endforeach()
  target_link_libraries(carrydesk_${name} PRIVATE carrydesk_warnings ${ROOM_PRIVATE_LIBS})
  target_precompile_headers(carrydesk_${name} PRIVATE
    <algorithm> <array> <chrono> <cmath> <cstdint> <map> <memory> <optional> <span> <string>
    <string_view> <variant> <vector> <tl/expected.hpp>)
endfunction()
