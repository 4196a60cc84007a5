# How every target is compiled.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)

find_program(CCACHE ccache)
if(CCACHE)
  # An object is the same wherever the sources are: in another folder, in a container.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env --unset=LC_ALL LANG=C.UTF-8 CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}
      CCACHE_NOHASHDIR=1 CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE})
endif()

find_program(MOLD mold)  # links several times faster than ld
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()

# Line tables are what a stack trace and a sanitizer's report need; variables are what a debugger needs (preset dev).
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1 -DNDEBUG")

add_compile_options(-fpch-preprocess -Wall -Wextra -Wpedantic -Wconversion -Wshadow -fno-omit-frame-pointer)

# GCC 12 sees overflows in std::string that are not there (GCC bug 105329), and with a precompiled header it says so.
add_compile_options(-Wno-array-bounds -Wno-stringop-overread -Wno-stringop-overflow -Wno-restrict)

set(QUITTANCE_SANITIZE "" CACHE STRING "sanitizers to build with, as -fsanitize= takes them")
if(QUITTANCE_SANITIZE)
  add_compile_options(-fsanitize=${QUITTANCE_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${QUITTANCE_SANITIZE})
else()
  add_compile_options(-fstack-protector-strong -D_FORTIFY_SOURCE=2)
  add_link_options(-Wl,-z,relro,-z,now)
endif()
