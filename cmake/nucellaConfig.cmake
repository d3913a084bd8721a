# find_package(nucella) gives the target nucella::nucella.
include(CMakeFindDependencyMacro)
list(PREPEND CMAKE_MODULE_PATH ${CMAKE_CURRENT_LIST_DIR})
find_dependency(OneDNN)
list(POP_FRONT CMAKE_MODULE_PATH)
find_dependency(OpenMP COMPONENTS CXX)
find_dependency(ZLIB)
find_dependency(hwy CONFIG)
include(${CMAKE_CURRENT_LIST_DIR}/nucellaTargets.cmake)
