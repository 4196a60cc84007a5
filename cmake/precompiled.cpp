// The object that cmake/precompiled.hpp is compiled for.
