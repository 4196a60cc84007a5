# Every third-party library, all from Debian packages. Only base/ and each service's store link them.
find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(CURL REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(spdlog REQUIRED)
find_package(simdjson REQUIRED)
find_package(prometheus-cpp CONFIG REQUIRED)
find_package(CLI11 REQUIRED)
find_package(GTest REQUIRED)
find_package(rapidcheck REQUIRED)
set(Python3_EXECUTABLE /usr/bin/python3)  # the one that has python3-yaml
find_package(Python3 REQUIRED COMPONENTS Interpreter)

find_package(PkgConfig REQUIRED)
pkg_check_modules(pistache REQUIRED IMPORTED_TARGET libpistache)
pkg_check_modules(pqxx REQUIRED IMPORTED_TARGET libpqxx)
pkg_check_modules(mosquitto REQUIRED IMPORTED_TARGET libmosquitto)
find_library(HTTP_PARSER http_parser REQUIRED)
