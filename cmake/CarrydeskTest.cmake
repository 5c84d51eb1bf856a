# SPDX-License-Identifier: GPL-3.0-or-later
# carrydesk_test(name SOURCES a.cpp ... ROOMS base ... [LIBS rapidcheck ...] [TIMEOUT seconds])
# makes one Qt Test program without Qt Gui, ${CMAKE_BINARY_DIR}/tests/name, and one ctest test of that name.

# What every test starts with; a finding of a sanitizer ends the program.
set(CARRYDESK_TEST_ENVIRONMENT
  QT_QPA_PLATFORM=offscreen
  LC_ALL=C.UTF-8
  TZ=UTC
  ASAN_OPTIONS=detect_leaks=1:strict_string_checks=1
  UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
  TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1:suppressions=${CMAKE_SOURCE_DIR}/cmake/tsan-suppressions.txt)

# What the test programs have in common: options that change how a header is compiled belong here, so that all of
# them can use one precompiled header.
function(carrydesk_test_common target)
  target_link_libraries(${target} PRIVATE carrydesk_options carrydesk_warnings Qt6::Core Qt6::Test)
  # A precompiled header that does not fit is slow, not wrong.
  set_target_properties(${target} PROPERTIES PCH_WARN_INVALID OFF)
endfunction()

# Qt Test ends a function after five minutes of its own accord; the limit of the program is the one that counts.
function(carrydesk_limit_test name seconds)
  math(EXPR milliseconds "${seconds} * 1000")
  set_tests_properties(${name} PROPERTIES TIMEOUT ${seconds}
    ENVIRONMENT "${CARRYDESK_TEST_ENVIRONMENT};QTEST_FUNCTION_TIMEOUT=${milliseconds}")
endfunction()

# The precompiled header is made for this target, which is an executable so that it gets the same flags.
function(carrydesk_test_header)
  set(source ${CMAKE_BINARY_DIR}/tests/precompiled_header.cpp)
  if(NOT EXISTS ${source})
    file(WRITE ${source} "int main() {}\n")
  endif()
  add_executable(carrydesk_test_header ${source})
  carrydesk_test_common(carrydesk_test_header)
  target_precompile_headers(carrydesk_test_header PRIVATE
    <algorithm> <array> <chrono> <cmath> <cstdint> <map> <memory> <optional> <span> <string> <string_view> <variant>
    <vector> <tl/expected.hpp> <QtTest>)
  set_target_properties(carrydesk_test_header PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests/header)
endfunction()

function(carrydesk_test name)
  cmake_parse_arguments(PARSE_ARGV 1 TEST "" "TIMEOUT" "SOURCES;ROOMS;LIBS")
  if(NOT TEST_SOURCES OR TEST_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "carrydesk_test(${name}): expected SOURCES ROOMS [LIBS] [TIMEOUT], "
                        "found '${TEST_UNPARSED_ARGUMENTS}'")
  endif()
  if(IS_DIRECTORY ${CMAKE_SOURCE_DIR}/tests/${name})
    message(FATAL_ERROR "carrydesk_test(${name}): the program would get the name of a folder; call it tst_${name}")
  endif()
  if(NOT TEST_TIMEOUT)
    set(TEST_TIMEOUT 300)
  endif()
  if(NOT TARGET carrydesk_test_header)
    carrydesk_test_header()
  endif()

  add_executable(${name} ${TEST_SOURCES})
  carrydesk_test_common(${name})
  list(TRANSFORM TEST_ROOMS PREPEND carrydesk::)
  target_link_libraries(${name} PRIVATE ${TEST_ROOMS} ${TEST_LIBS})
  target_compile_definitions(${name} PRIVATE
    CARRYDESK_SOURCE_DIR="${CMAKE_SOURCE_DIR}" CARRYDESK_BINARY_DIR="${CMAKE_BINARY_DIR}")
  target_precompile_headers(${name} REUSE_FROM carrydesk_test_header)
  # With the compiler's own macros defined, moc 6.4 goes into the standard library's <concepts> and cannot read it.
  set_target_properties(${name} PROPERTIES AUTOMOC ON AUTOMOC_COMPILER_PREDEFINES OFF
    RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)

  set(arguments "")
  if(CARRYDESK_SANITIZE)
    set(arguments -nocrashhandler) # Qt's own handler would hide the sanitizers' report.
  endif()
  add_test(NAME ${name} COMMAND ${name} ${arguments})
  carrydesk_limit_test(${name} ${TEST_TIMEOUT})
endfunction()

# carrydesk_ui_test(name SOURCES a.cpp ... UI common charts ...) makes a test of the window's rooms: a Qt Test program
# with widgets on the offscreen platform.
function(carrydesk_ui_test name)
  cmake_parse_arguments(PARSE_ARGV 1 TEST "" "TIMEOUT" "SOURCES;UI;LIBS")
  if(NOT TEST_TIMEOUT)
    set(TEST_TIMEOUT 300)
  endif()
  if(NOT TARGET carrydesk_ui_test_header)
    add_executable(carrydesk_ui_test_header ${CMAKE_BINARY_DIR}/tests/precompiled_header.cpp)
    carrydesk_test_common(carrydesk_ui_test_header)
    target_link_libraries(carrydesk_ui_test_header PRIVATE Qt6::Widgets)
    target_precompile_headers(carrydesk_ui_test_header PRIVATE
      <algorithm> <chrono> <cmath> <map> <memory> <optional> <string> <vector> <tl/expected.hpp> <QtTest> <QtWidgets>)
    set_target_properties(carrydesk_ui_test_header PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests/header)
  endif()
  add_executable(${name} ${TEST_SOURCES})
  carrydesk_test_common(${name})
  list(TRANSFORM TEST_UI PREPEND carrydesk::ui_)
  target_link_libraries(${name} PRIVATE ${TEST_UI} ${TEST_LIBS} Qt6::Widgets carrydesk::desk)
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests/ui)
  target_compile_definitions(${name} PRIVATE
    CARRYDESK_SOURCE_DIR="${CMAKE_SOURCE_DIR}" CARRYDESK_BINARY_DIR="${CMAKE_BINARY_DIR}")
  target_precompile_headers(${name} REUSE_FROM carrydesk_ui_test_header)
  set_target_properties(${name} PROPERTIES AUTOMOC ON AUTOMOC_COMPILER_PREDEFINES OFF
    RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  set(arguments "")
  if(CARRYDESK_SANITIZE)
    set(arguments -nocrashhandler)
  endif()
  add_test(NAME ${name} COMMAND ${name} ${arguments})
  carrydesk_limit_test(${name} ${TEST_TIMEOUT})
endfunction()
