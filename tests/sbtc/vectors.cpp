// The reader of published vectors is the same in every area.
#include "tests/bitcoin/vectors.cpp"
