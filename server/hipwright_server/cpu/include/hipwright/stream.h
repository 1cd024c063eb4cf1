// Streams, events and recorded work. Work runs when it is submitted, in the order of submission: a
// stream is a name, and waiting for it takes no time. A stream that is being captured only records.
#pragma once

#include "list.h"
#include "record.h"
#include "status.h"

namespace hipwright {

// Something to do, now or on every launch of a graph.
struct Work {
    void* object = nullptr;
    Status (*run)(void* object) = nullptr;
    void* (*copy)(const void* object) = nullptr;
    void (*destroy)(void* object) = nullptr;

    // `function` returns a Status and is copied to the heap.
    template <typename Function>
    static Work of(const Function& function) {
        Work work;
        work.object = new Function(function);
        work.run = [](void* object) { return (*static_cast<Function*>(object))(); };
        work.copy = [](const void* object) -> void* {
            return new Function(*static_cast<const Function*>(object));
        };
        work.destroy = [](void* object) { delete static_cast<Function*>(object); };
        return work;
    }
    Work clone() const {
        Work other = *this;
        if (object) other.object = copy(object);
        return other;
    }
};

enum class NodeKind { kernel, copy, set, host, graph, empty, wait, record, conditional = 13 };

// What kernels of a graph can set, and what its conditional nodes ask.
struct Condition {
    unsigned value;  // atomic
    unsigned initial;
    bool assigned;  // the value is the initial one again whenever the graph begins
};

struct Graph;
struct Node {
    NodeKind kind = NodeKind::empty;
    Graph* graph = nullptr;
    Work work;
    List<Node*> before;  // what must have run
    unsigned mark = 0;
    Node* original = nullptr;  // in an instantiated graph: the node it was made from
};

struct Graph {
    List<Node*> nodes;  // in an order in which they can run once `sort` has been called
    List<Condition*> conditions;
    unsigned marks = 0;

    Graph() = default;
    Graph(const Graph&) = delete;
    Graph& operator=(const Graph&) = delete;
    ~Graph() {
        for (Node* node : nodes) {
            if (node->work.object) node->work.destroy(node->work.object);
            delete node;
        }
    }
    Node* add(NodeKind kind, const Work& work) {
        Node* node = new Node();
        node->kind = kind;
        node->graph = this;
        node->work = work;
        nodes.add(node);
        return node;
    }
    // An order that keeps to `before`; otherwise the order of creation. False on a cycle.
    bool sort() {
        const unsigned open = ++marks;
        const unsigned done = ++marks;
        List<Node*> sorted;
        for (Node* node : nodes)
            if (!visit(node, sorted, open, done)) return false;
        for (std::size_t i = 0; i < sorted.size(); ++i) nodes[i] = sorted[i];
        return true;
    }
    Status run() {
        for (Condition* each : conditions)
            if (each->assigned) __atomic_store_n(&each->value, each->initial, __ATOMIC_SEQ_CST);
        for (Node* node : nodes) {
            if (!node->work.object) continue;
            const Status status = node->work.run(node->work.object);
            if (status != status_success) return status;
        }
        return status_success;
    }
    Graph* clone() const {
        Graph* other = new Graph();
        for (Node* node : nodes) {
            Node* copy = other->add(node->kind, node->work.clone());
            copy->original = node;
        }
        for (Condition* each : conditions) other->conditions.add(each);
        for (std::size_t i = 0; i < nodes.size(); ++i)
            for (Node* earlier : nodes[i]->before)
                for (std::size_t j = 0; j < nodes.size(); ++j)
                    if (nodes[j] == earlier) other->nodes[i]->before.add(other->nodes[j]);
        return other;
    }

  private:
    bool visit(Node* node, List<Node*>& sorted, unsigned open, unsigned done) {
        if (node->mark == done) return true;
        if (node->mark == open) return false;
        node->mark = open;
        for (Node* earlier : node->before)
            if (!visit(earlier, sorted, open, done)) return false;
        node->mark = done;
        sorted.add(node);
        return true;
    }
};

struct Stream {
    static constexpr unsigned alive = 0x68777374;
    unsigned magic = alive;
    unsigned flags = 0;
    int priority = 0;
    Graph* capture = nullptr;
    bool captures_first = false;  // the stream on which the capture began
    Stream* next = nullptr;
};

struct Event {
    static constexpr unsigned alive = 0x68776576;
    unsigned magic = alive;
    unsigned flags = 0;
    bool recorded = false;
    long long when = 0;
    Graph* capture = nullptr;
};

// The streams that exist, so that the end of a capture can free those that joined it.
struct Streams {
    pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    Stream* first = nullptr;
    static Streams& get() {
        static Streams* streams = new Streams();
        return *streams;
    }
    void end_capture(const Graph* graph) {
        pthread_mutex_lock(&lock);
        for (Stream* each = first; each; each = each->next) {
            if (each->capture != graph) continue;
            each->capture = nullptr;
            each->captures_first = false;
        }
        pthread_mutex_unlock(&lock);
    }
    void add(Stream* stream) {
        pthread_mutex_lock(&lock);
        stream->next = first;
        first = stream;
        pthread_mutex_unlock(&lock);
    }
    void remove(const Stream* stream) {
        pthread_mutex_lock(&lock);
        for (Stream** at = &first; *at; at = &(*at)->next) {
            if (*at != stream) continue;
            *at = stream->next;
            break;
        }
        pthread_mutex_unlock(&lock);
    }
};

// The stream behind a handle; null for the default streams (0, and CUDA's special handles 1 and 2).
inline Stream* stream_of(const void* handle) {
    if (reinterpret_cast<std::uintptr_t>(handle) <= 2) return nullptr;
    return const_cast<Stream*>(static_cast<const Stream*>(handle));
}
inline Graph* capture_of(const void* handle) {
    const Stream* stream = stream_of(handle);
    return stream ? stream->capture : nullptr;
}

// Runs `function` now, or records it when the stream is being captured.
template <typename Function>
Status submit(const void* stream, NodeKind kind, const Function& function) {
    Graph* graph = capture_of(stream);
    if (__builtin_expect(graph == nullptr, 1)) return function();
    graph->add(kind, Work::of(function));
    return status_success;
}

}  // namespace hipwright
