#include "nucella/base/str.h"

#include <cstdio>

namespace nucella {

void append_to(std::string& out, double part) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", part);
  out += text;
}

}  // namespace nucella
