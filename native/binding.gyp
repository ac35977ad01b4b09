{
  # One static library for each instruction set, so that no code of a wider one is shared with a narrower one, and the
  # addon that chooses among them at run time. -ffp-contract=off: what rounds once is written as such (lanes.h).
  "target_defaults": {
    "cflags_cc": ["-std=c++17", "-O3", "-Wall", "-Wextra", "-Wno-maybe-uninitialized", "-ffp-contract=off"],
    "xcode_settings": {
      "CLANG_CXX_LANGUAGE_STANDARD": "c++17",
      "GCC_OPTIMIZATION_LEVEL": "3",
      "OTHER_CPLUSPLUSFLAGS": ["-ffp-contract=off"]
    }
  },
  "targets": [
    {
      "target_name": "recaudit_kernels",
      "sources": ["addon.cc"],
      "conditions": [
        ["target_arch=='x64'", {"dependencies": ["avx512", "avx2"]}, {"dependencies": ["neon"]}]
      ]
    }
  ],
  "conditions": [
    ["target_arch=='x64'", {
      "targets": [
        {
          "target_name": "avx512",
          "type": "static_library",
          "sources": ["kernels.cc"],
          "cflags": ["-mavx512f"],
          "xcode_settings": {"OTHER_CFLAGS": ["-mavx512f"]}
        },
        {
          "target_name": "avx2",
          "type": "static_library",
          "sources": ["kernels.cc"],
          "cflags": ["-mavx2", "-mfma"],
          "xcode_settings": {"OTHER_CFLAGS": ["-mavx2", "-mfma"]}
        }
      ]
    }, {
      "targets": [
        {"target_name": "neon", "type": "static_library", "sources": ["kernels.cc"]}
      ]
    }]
  ]
}
