# What is taken from the system, and the target that stands for it.

find_package(CapnProto 0.9 REQUIRED)                        # CapnProto::capnp, capnp_generate_cpp
find_package(OpenSSL 3.0 REQUIRED COMPONENTS Crypto SSL)    # OpenSSL::Crypto, OpenSSL::SSL
find_package(Threads REQUIRED)                              # Threads::Threads
find_package(PkgConfig REQUIRED)
pkg_check_modules(secp256k1 REQUIRED IMPORTED_TARGET libsecp256k1)   # PkgConfig::secp256k1
pkg_check_modules(isal REQUIRED IMPORTED_TARGET libisal)             # PkgConfig::isal
find_package(GTest REQUIRED)                                # GTest::gtest_main
find_package(rapidcheck REQUIRED)                           # rapidcheck

if(NOT ENGINE_PURE_ONLY)
    find_package(RocksDB 7.8 REQUIRED)                      # RocksDB::rocksdb-shared
    find_package(Boost 1.81 REQUIRED COMPONENTS program_options json)   # Boost::headers, ::json
    find_package(fmt REQUIRED)                              # fmt::fmt
    find_package(spdlog REQUIRED)                           # spdlog::spdlog
    find_package(tomlplusplus REQUIRED)                     # tomlplusplus::tomlplusplus
    find_package(benchmark REQUIRED)                        # benchmark::benchmark
    find_package(SQLite3 REQUIRED)                          # SQLite::SQLite3
    pkg_check_modules(zmq REQUIRED IMPORTED_TARGET libzmq)  # PkgConfig::zmq
    # The core alone: its exposer would bring a second HTTP server.
    pkg_check_modules(prometheus REQUIRED IMPORTED_TARGET prometheus-cpp-core)
                                                            # PkgConfig::prometheus
endif()
