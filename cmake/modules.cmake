# How libraries, services and their tests are made.
include(GoogleTest)

# The standard headers nearly every file needs, compiled once per tree.
add_library(precompiled OBJECT ${CMAKE_SOURCE_DIR}/cmake/precompiled.cpp)
target_precompile_headers(precompiled PRIVATE ${CMAKE_SOURCE_DIR}/cmake/precompiled.hpp)

function(precompile target)
  target_precompile_headers(${target} REUSE_FROM precompiled)
endfunction()

# add_library_module(NAME [DEPENDS libraries…] [PRIVATE packages…]) makes libs/NAME a library. Its public include folder
# holds one link to itself: "NAME/x.hpp" exists only for who links NAME.
function(add_library_module name)
  cmake_parse_arguments(arg "" "" "DEPENDS;PRIVATE" ${ARGN})
  set(folder ${CMAKE_CURRENT_SOURCE_DIR}/${name})
  file(GLOB sources CONFIGURE_DEPENDS ${folder}/*.cpp)
  list(FILTER sources EXCLUDE REGEX "_test\\.cpp$")
  add_library(${name} STATIC ${sources})
  file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/include/${name})
  file(CREATE_LINK ${folder} ${CMAKE_BINARY_DIR}/include/${name}/${name} SYMBOLIC)
  target_include_directories(${name} PUBLIC ${CMAKE_BINARY_DIR}/include/${name})
  target_link_libraries(${name} PUBLIC ${arg_DEPENDS} PRIVATE ${arg_PRIVATE})
  precompile(${name})
  add_unit_tests(${name} ${name} ${folder})
endfunction()

# add_service(NAME LIBRARIES…) makes of a folder
#   NAME_lib    everything but main.cpp, for tests
#   NAME        the program
#   NAME_test   every *_test.cpp of the folder (ctest label "unit")
# and embeds its openapi.yaml, which the program serves as JSON, with what it includes of libs/*/openapi.
function(add_service name)
  set(contract ${CMAKE_CURRENT_BINARY_DIR}/openapi.cpp)
  file(GLOB shared CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/libs/*/openapi/*.yaml)
  add_custom_command(OUTPUT ${contract}
    COMMAND Python3::Interpreter ${CMAKE_SOURCE_DIR}/cmake/embed_openapi.py
            ${CMAKE_CURRENT_SOURCE_DIR}/openapi.yaml ${contract}
    DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/openapi.yaml ${shared} ${CMAKE_SOURCE_DIR}/cmake/embed_openapi.py
    VERBATIM)

  file(GLOB_RECURSE sources CONFIGURE_DEPENDS *.cpp)
  list(FILTER sources EXCLUDE REGEX "_test\\.cpp$|/main\\.cpp$")
  add_library(${name}_lib STATIC ${sources} ${contract})
  target_include_directories(${name}_lib PUBLIC ${CMAKE_SOURCE_DIR})
  target_link_libraries(${name}_lib PUBLIC runtime)
  precompile(${name}_lib)

  add_executable(${name} main.cpp)
  target_link_libraries(${name} PRIVATE ${name}_lib)
  precompile(${name})

  add_unit_tests(${name} ${name}_lib ${CMAKE_CURRENT_SOURCE_DIR})
endfunction()

# add_unit_tests(NAME LIBRARY FOLDER) gathers the *_test.cpp files in and below a folder as the program NAME_test.
function(add_unit_tests name library folder)
  file(GLOB_RECURSE tests CONFIGURE_DEPENDS ${folder}/*_test.cpp)
  if(NOT tests OR NOT BUILD_TESTING)
    return()
  endif()
  add_executable(${name}_test ${tests})
  target_link_libraries(${name}_test PRIVATE ${library} GTest::gtest_main rapidcheck)
  target_compile_definitions(${name}_test PRIVATE QUITTANCE_ACCESS="${CMAKE_SOURCE_DIR}/deploy/gateway/access")
  compile_for_tests(${name}_test)
  gtest_discover_tests(${name}_test TEST_PREFIX ${name}. PROPERTIES LABELS unit DISCOVERY_TIMEOUT 60)
endfunction()

# A test runs once: to optimise it costs more than it brings.
function(compile_for_tests target)
  target_compile_options(${target} PRIVATE -O0)
endfunction()
