"""Whose a name is: what the user declares stays theirs, and what is CUDA's is found anywhere."""

from __future__ import annotations

import pytest

from hipwright.analysis import check
from hipwright.port import port
from hipwright.settings import Settings
from hipwright.source import Source

API = Settings(select=("API",))


def ported(text: str) -> str:
    return port(text.encode(), "example.cu", API).text.decode()


@pytest.mark.parametrize(
    "text",
    [
        "void f() { int cudaFree = 1; g(cudaFree); }",
        "void f() { auto *cudaFree = h(); cudaFree(p); }",
        "void f(int cudaFree) { g(cudaFree + 1); }",
        "void f(int cudaFree);",
        "void f(const Mode &cudaFree = Mode()) { g(cudaFree); }",
        "void f() { for (int cudaFree = 0; cudaFree < 3; ++cudaFree) g(cudaFree); }",
        "void f() { for (auto cudaFree : list) g(cudaFree); }",
        "void f() { auto [cudaFree, rest] = pair(); g(cudaFree); }",
        "void f() { try { g(); } catch (Error &cudaFree) { g(cudaFree); } }",
        "auto f = [](int cudaFree) { return cudaFree; };",
        "void f() { auto g = [cudaFree = 1] { return cudaFree; }; }",
        "template <int cudaFree> int f() { return cudaFree; }",
        "template <typename cudaStream_t> void f(cudaStream_t s);",
        "struct S { int cudaFree; int get() { return cudaFree; } };",
        "struct S { void cudaFree(void *p); void g() { cudaFree(0); } };",
        "struct S { void cudaFree(); void g(); }; void S::g() { cudaFree(); }",
        "void f() { s.cudaFree = 1; t->cudaMalloc(); a.b->cudaFree(1); }",
        "S s = {.cudaFree = 1};",
        "enum Mode { cudaFree, cudaMalloc }; int x = cudaFree;",
        "enum class Mode { cudaFree }; int x = (int)Mode::cudaFree;",
        "struct cudaArray { int n; }; cudaArray *a;",
        "class cudaEvent_t { public: cudaEvent_t(); }; cudaEvent_t e;",
        "enum cudaMemcpyKind { one }; cudaMemcpyKind k;",
        "namespace cub { struct Max {}; } cub::Max m;",
        "my::cub::Max m; my::cudaFree(p); int x = Traits<T>::cudaSuccess;",
        "namespace my { void cudaFree(void *); void g() { cudaFree(0); } }",
        "namespace my { void cudaFree(int); } using namespace my; void g() { cudaFree(0); }",
        "namespace my { void cudaFree(int); } void g() { using namespace my; cudaFree(0); }",
        "namespace a::my { void cudaFree(int); } using namespace a::my; void g() { cudaFree(0); }",
        "namespace my { void cudaFree(void *); } namespace my { void g() { cudaFree(0); } }",
        "using cudaStream_t = int; cudaStream_t s;",
        "typedef int cudaStream_t; cudaStream_t s;",
        "using mine::cudaFree; void f() { cudaFree(p); }",
        "#define cudaFree my_free\nvoid f() { cudaFree(p); }\n",
        "#define cudaFree(p) my_free(p)\nvoid f() { cudaFree(p); }\n",
        "#define F(cudaFree) g(cudaFree)\n",
        "void f() { goto cudaFree; cudaFree: g(); }",
        "static void cudaFree(void *p) {} void f() { cudaFree(p); }",
        "#define F(x) (x).cudaFree(1); x->cudaFree(2); my::cudaFree(3)\n",
        "const char *s = \"cudaFree\"; char c = 'c'; // cudaFree\n/* cudaMalloc */\n",
        'auto s = R"(cudaFree(p);)";',
        "#pragma omp cudaFree\n",
        "#error cudaFree is needed\n",
        "int mycudaFree, cudaFreeMine, cudafree, _cudaFree;",
    ],
)
def test_the_users_names_stay(text: str) -> None:
    assert ported(text) == text


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("void f() { ::cudaFree(p); }", "void f() { ::hipFree(p); }"),
        (
            "int x = cudaMemcpyKind::cudaMemcpyHostToDevice;",
            "int x = hipMemcpyKind::hipMemcpyHostToDevice;",
        ),
        (
            "struct CUstream_st; struct CUstream_st *s;",
            "struct ihipStream_t; struct ihipStream_t *s;",
        ),
        ("typedef struct CUstream_st *cudaStream_t;", "typedef struct ihipStream_t *hipStream_t;"),
        ("using namespace cub; cub::Max m;", "using namespace hipcub; hipcub::Max m;"),
        ("namespace q = cub;", "namespace q = hipcub;"),
        ("std::vector<cudaStream_t> v;", "std::vector<hipStream_t> v;"),
        ("#ifdef cudaMemAttachGlobal\n#endif\n", "#ifdef hipMemAttachGlobal\n#endif\n"),
        ("#if __CUDACC__\n#endif\n", "#if __HIPCC__\n#endif\n"),
        (
            "#define F(x) cudaFree(x) /* cudaFree */ // cudaFree\n",
            "#define F(x) hipFree(x) /* cudaFree */ // cudaFree\n",
        ),
        (
            '#define F(x) g("cudaFree", cudaFree(x), \'\\"\', cudaFree)\n',
            '#define F(x) g("cudaFree", hipFree(x), \'\\"\', hipFree)\n',
        ),
        (
            "#define F(x) \\\n  cudaFree(x); \\\n  cudaFree(x)\n",
            "#define F(x) \\\n  hipFree(x); \\\n  hipFree(x)\n",
        ),
        ("void f() { CHECK\ncudaFree(p); }", "void f() { CHECK\nhipFree(p); }"),
        (
            "void f() { CHECK( cudaMemcpy(a, b, cudaMemcpyDefault) )\n"
            "CHECK( cudaMemcpy(a, n * cudaSuccess) )\nint x; }",
            "void f() { CHECK( hipMemcpy(a, b, hipMemcpyDefault) )\n"
            "CHECK( hipMemcpy(a, n * hipSuccess) )\nint x; }",
        ),
        (
            "void f() { g(); CHECK\ncudaMalloc(&p, 4 * n); }",
            "void f() { g(); CHECK\nhipMalloc(&p, 4 * n); }",
        ),
        (
            "void f(int a,\n#ifdef B\ncudaStream_t s,\n#endif\nfloat b) { cudaStream_t t; }",
            "void f(int a,\n#ifdef B\nhipStream_t s,\n#endif\nfloat b) { hipStream_t t; }",
        ),
        (
            "void f() { CHECK(cudaFree(p)) CHECK(cudaFree(q)) }",
            "void f() { CHECK(hipFree(p)) CHECK(hipFree(q)) }",
        ),
        ("void f( { cudaFree(p); ]] cudaFree(q)", "void f( { hipFree(p); ]] hipFree(q)"),
        ("cudaFree(p);\nx = cudaGetLastError();", "hipFree(p);\nx = hipGetLastError();"),
        (
            "void f() { { int cudaFree; } cudaFree(p); }",
            "void f() { { int cudaFree; } hipFree(p); }",
        ),
        ("void f() { cudaFree(p); int cudaFree; }", "void f() { hipFree(p); int cudaFree; }"),
        (
            "void f(int cudaFree) {} void g() { cudaFree(p); }",
            "void f(int cudaFree) {} void g() { hipFree(p); }",
        ),
        (
            "namespace my { void cudaFree(); } void f() { using namespace my; } "
            "void g() { cudaFree(p); }",
            "namespace my { void cudaFree(); } void f() { using namespace my; } "
            "void g() { hipFree(p); }",
        ),
        (
            "namespace my { void cudaFree(); } // using namespace my;\nvoid g() { cudaFree(p); }",
            "namespace my { void cudaFree(); } // using namespace my;\nvoid g() { hipFree(p); }",
        ),
        (
            "namespace my { void cudaFree(); } void g() { cudaFree(p); }",
            "namespace my { void cudaFree(); } void g() { hipFree(p); }",
        ),
        (
            "template <typename T = cudaStream_t> void f();",
            "template <typename T = hipStream_t> void f();",
        ),
        ("void f(cudaStream_t s = cudaStreamLegacy);", "void f(hipStream_t s = hipStreamLegacy);"),
        (
            "int a[cudaIpcMemHandle_t_size(CUDA_IPC_HANDLE_SIZE)];",
            "int a[cudaIpcMemHandle_t_size(HIP_IPC_HANDLE_SIZE)];",
        ),
        ("cusolverDnHandle_t h; syevjInfo_t i;", "hipsolverHandle_t h; hipsolverSyevjInfo_t i;"),
        ("auto c = make_cuComplex(1, 2);", "auto c = make_hipComplex(1, 2);"),
        ("void f() { s.cudaFree = cudaFree; }", "void f() { s.cudaFree = hipFree; }"),
        ("auto f = &cudaFree; g<cudaFree>();", "auto f = &hipFree; g<hipFree>();"),
    ],
)
def test_cudas_names_are_found(text: str, after: str) -> None:
    assert ported(text) == after


def test_warp_intrinsics_are_left_to_the_rules_about_warps() -> None:
    source = Source(b"__global__ void k() { __shfl_down_sync(~0u, v, 1); __syncwarp(); }", "k.cu")
    assert check(source, API) == []


@pytest.mark.parametrize("name", ["saturate", "umin", "mulhi", "float2int"])
def test_plain_words_are_not_taken_for_cudas(name: str) -> None:
    assert check(Source(f"void f() {{ {name}(1); }}".encode()), API) == []
