# add_service(NAME) makes of a folder
#   NAME_lib    everything but main.cpp, for tests
#   NAME        the program
#   NAME_test   every *_test.cpp of the folder (ctest label "unit")
# and embeds its openapi.yaml, which the program serves as JSON, with what it includes of libs/*/openapi.
include(GoogleTest)

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
  target_link_libraries(${name}_lib PUBLIC base)

  add_executable(${name} main.cpp)
  target_link_libraries(${name} PRIVATE ${name}_lib)

  add_unit_tests(${name}_lib)
endfunction()

# add_unit_tests(LIBRARY) gathers the *_test.cpp files beside and below the sources.
function(add_unit_tests library)
  file(GLOB_RECURSE tests CONFIGURE_DEPENDS *_test.cpp)
  if(NOT tests OR NOT BUILD_TESTING)
    return()
  endif()
  get_filename_component(name ${CMAKE_CURRENT_SOURCE_DIR} NAME)
  add_executable(${name}_test ${tests})
  target_link_libraries(${name}_test PRIVATE ${library} GTest::gtest_main rapidcheck)
  target_compile_definitions(${name}_test PRIVATE QUITTANCE_ACCESS="${CMAKE_SOURCE_DIR}/deploy/gateway/access")
  gtest_discover_tests(${name}_test TEST_PREFIX ${name}. PROPERTIES LABELS unit DISCOVERY_TIMEOUT 60)
endfunction()
