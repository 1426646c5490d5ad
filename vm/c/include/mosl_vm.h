/* The MARK.SPACE virtual machine for programs in C. Written by cbindgen from vm/c/src: MOSL_UPDATE=1 cargo test -p mosl-vm-c */

#ifndef MOSL_VM_H
#define MOSL_VM_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

// A host function answers with the value in `MoslReply::value`.
#define MOSL_ANSWER_VALUE 0

// It answers later, by `mosl_instance_resolve` or `mosl_instance_reject` with the number in `MoslReply::pending`.
#define MOSL_ANSWER_PENDING 1

// It throws an error of the class in `MoslReply::name` with the text in `MoslReply::message`, as it does for any other number.
#define MOSL_ANSWER_THROW 2

// What a value is.
typedef enum {
  MOSL_KIND_UNDEFINED,
  MOSL_KIND_NULL,
  MOSL_KIND_BOOL,
  MOSL_KIND_NUMBER,
  MOSL_KIND_TEXT,
  // Money: 18 decimals, 128 bits.
  MOSL_KIND_MRK,
  // 2 numbers
  MOSL_KIND_VEC2,
  // 3 numbers
  MOSL_KIND_VEC3,
  // 4 numbers: x y z w
  MOSL_KIND_QUAT,
  // 4 numbers: r g b a, each 0 to 1
  MOSL_KIND_COLOR,
  MOSL_KIND_ARRAY,
  // Entries by name, in order of insertion.
  MOSL_KIND_RECORD,
} MoslKind;

// One running instance of a module.
typedef struct MoslInstance MoslInstance;

// Ends an instance's turns from any thread, also after the instance is gone.
typedef struct MoslInterrupter MoslInterrupter;

// A verified module; any number of instances share it.
typedef struct MoslModule MoslModule;

// What one turn did, or several that ran one after the other (timers).
typedef struct MoslTurn MoslTurn;

// A value, with what it holds.
typedef struct MoslValue MoslValue;

// Bounds of an instance.
typedef struct {
  // Units of one turn.
  uint64_t fuel;
  // Logical bytes of live heap.
  uintptr_t heap;
  // Stack units: a frame takes one, and one more for every 16 registers.
  uint32_t stack;
  // Microseconds of one turn, the host's answers not counted; 0 for as long as it takes.
  uint64_t deadline_us;
  // Timers that wait at one time.
  uintptr_t timers;
} MoslLimits;

// Where a host function leaves its answer. The host keeps what it points to; it is read when the function has returned and not
// afterwards. `value` alone becomes the VM's, which frees it.
typedef struct {
  MoslValue *value;
  // A number that the host chose and has not used before.
  uint64_t pending;
  const char *name;
  const char *message;
} MoslReply;

// What instances need of the world. Functions that are null do nothing, answer `undefined` or 0. `context` is passed to each.
// None may unwind or jump out, and none may use the instance that runs.
typedef struct {
  void *context;
  // A host function is called: its module and name, the arguments, which live as long as the call. Yields one of
  // `MOSL_ANSWER_…`.
  int32_t (*call)(void *context,
                  const char *module,
                  const char *name,
                  const MoslValue *const *args,
                  uintptr_t count,
                  MoslReply *reply);
  // A line of output without its end.
  void (*print)(void *context, bool is_error, const char *line);
  // Milliseconds since 1970, UTC.
  double (*now_ms)(void *context);
  // Milliseconds since some fixed point.
  double (*monotonic_ms)(void *context);
  // From 0 up to but not including 1.
  double (*random)(void *context);
  // A turn begins.
  void (*begin)(void *context);
  // A turn has ended well: its effects happen.
  void (*commit)(void *context);
  // A turn was ended by a limit or fault: its effects never happened.
  void (*discard)(void *context);
} MoslHost;

// Counts over an instance's life.
typedef struct {
  uint64_t fuel;
  // The most logical bytes of heap in use.
  uintptr_t peak_heap;
  uint64_t turns;
  // Refusals and failed checks, also those that the script caught.
  uint64_t refusals;
  // Uncaught errors.
  uint64_t uncaught;
} MoslReport;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

// The bounds of an instance that nothing else is said of: generous ones.
MoslLimits mosl_limits_default(void);

// An instance of which nothing has run; null for no module.
//
// # Safety
// `module` is null or a module.
MoslInstance *mosl_instance_new(const MoslModule *module, MoslLimits limits);

// # Safety
// `instance` is null or an instance that is the caller's, and is used no more.
void mosl_instance_free(MoslInstance *instance);

// Runs the module's bodies.
//
// # Safety
// `instance` is null or an instance; `host` is null or a host.
MoslTurn *mosl_instance_start(MoslInstance *instance, const MoslHost *host);

// Calls an exported function with copies of the arguments. Where there is none of that name the turn has no result.
//
// # Safety
// `instance` is null or an instance; `host` is null or a host; `name` ends with a zero; `args` points to `count` values.
MoslTurn *mosl_instance_call(MoslInstance *instance,
                             const MoslHost *host,
                             const char *name,
                             const MoslValue *const *args,
                             uintptr_t count);

// Answers a host call that was left pending, with a copy of `value`.
//
// # Safety
// `instance` is null or an instance; `host` is null or a host; `value` is null or a value.
MoslTurn *mosl_instance_resolve(MoslInstance *instance, const MoslHost *host, uint64_t pending, const MoslValue *value);

// Lets a host call that was left pending fail, with an error of that class and text.
//
// # Safety
// `instance` is null or an instance; `host` is null or a host; the texts end with a zero.
MoslTurn *mosl_instance_reject(MoslInstance *instance,
                               const MoslHost *host,
                               uint64_t pending,
                               const char *name,
                               const char *message);

// When the next timer is due, in virtual milliseconds; negative where there is none.
//
// # Safety
// `instance` is null or an instance.
double mosl_instance_next_timer(const MoslInstance *instance);

// Moves virtual time on; each timer that comes due is a turn, and what they did comes as one.
//
// # Safety
// `instance` is null or an instance; `host` is null or a host.
MoslTurn *mosl_instance_advance_to(MoslInstance *instance, const MoslHost *host, double until);

// Whether a limit or fault has ended it.
//
// # Safety
// `instance` is null or an instance.
bool mosl_instance_is_dead(const MoslInstance *instance);

// # Safety
// `instance` is null or an instance.
MoslReport mosl_instance_report(const MoslInstance *instance);

// # Safety
// `instance` is null or an instance.
MoslInterrupter *mosl_instance_interrupter(const MoslInstance *instance);

// Ends the turn that runs, or the next one, within less than a millisecond of the script's time. From any thread.
//
// # Safety
// `interrupter` is null or an interrupter.
void mosl_interrupt(const MoslInterrupter *interrupter);

// # Safety
// `interrupter` is null or an interrupter that is the caller's, and is used no more.
void mosl_interrupter_free(MoslInterrupter *interrupter);

// Decodes and verifies the bytes of a `.mvm` file, in one pass. Null where they are no module that may run; then `error`, unless it is
// null, gets a text to be given to `mosl_text_free`.
//
// # Safety
// `bytes` points to `length` bytes; `error` is null or points to a pointer.
MoslModule *mosl_module_load(const uint8_t *bytes,
                             uintptr_t length,
                             char **error);

// Lets go of a module. Its instances live on.
//
// # Safety
// `module` is null or came from `mosl_module_load`, and is used no more.
void mosl_module_free(MoslModule *module);

// Writes the SHA-256 that the module is known by, 32 bytes. Costs a pass over the module the first time.
//
// # Safety
// `module` is null or a module; `hash` points to room for 32 bytes.
void mosl_module_hash(const MoslModule *module, uint8_t *hash);

// Lets go of a text that was the caller's.
//
// # Safety
// `text` is null or was handed out as the caller's, and is used no more.
void mosl_text_free(char *text);

// # Safety
// `turn` is null or a turn that is the caller's, and is used no more.
void mosl_turn_free(MoslTurn *turn);

// Which limit or fault ended the turn, and where: a text that lives as long as the turn; null where it ended well. The instance is dead
// then, and nothing of the turn happened.
//
// # Safety
// `turn` is null or a turn.
const char *mosl_turn_trap(const MoslTurn *turn);

// What the call yielded, or the promise that it yielded earlier; it lives as long as the turn. Null where nothing was.
//
// # Safety
// `turn` is null or a turn.
const MoslValue *mosl_turn_result(const MoslTurn *turn);

// The fuel that it used.
//
// # Safety
// `turn` is null or a turn.
uint64_t mosl_turn_fuel(const MoslTurn *turn);

// An uncaught error with its trace, by number from 0; null past the last. It lives as long as the turn.
//
// # Safety
// `turn` is null or a turn.
const char *mosl_turn_error(const MoslTurn *turn, uintptr_t index);

MoslValue *mosl_value_undefined(void);

MoslValue *mosl_value_null(void);

MoslValue *mosl_value_bool(bool value);

MoslValue *mosl_value_number(double value);

// # Safety
// `value` is null or ends with a zero.
MoslValue *mosl_value_text(const char *value);

// An amount of money: `high * 2^64 + low` in units of 10^-18 MRK.
MoslValue *mosl_value_mrk(uint64_t high, uint64_t low);

MoslValue *mosl_value_vec2(double x, double y);

MoslValue *mosl_value_vec3(double x, double y, double z);

MoslValue *mosl_value_quat(double x, double y, double z, double w);

MoslValue *mosl_value_color(double r, double g, double b, double a);

// An empty array; `mosl_value_push` fills it.
MoslValue *mosl_value_array(void);

// An empty record; `mosl_value_set` fills it.
MoslValue *mosl_value_record(void);

// Appends a copy of `item` to an array. Nothing happens to what is no array.
//
// # Safety
// Both are null or values.
void mosl_value_push(MoslValue *array, const MoslValue *item);

// Sets an entry of a record to a copy of `item`. Nothing happens to what is no record.
//
// # Safety
// Values are null or values; `name` ends with a zero.
void mosl_value_set(MoslValue *record, const char *name, const MoslValue *item);

// # Safety
// `value` is null or a value that is the caller's, and is used no more.
void mosl_value_free(MoslValue *value);

// # Safety
// `value` is null or a value.
MoslKind mosl_value_kind(const MoslValue *value);

// A bool's value; false for everything else.
//
// # Safety
// `value` is null or a value.
bool mosl_value_as_bool(const MoslValue *value);

// A number's value, or the component at `index` of a vector, quaternion or colour; NaN for everything else. A number has index 0.
//
// # Safety
// `value` is null or a value.
double mosl_value_as_number(const MoslValue *value,
                            uintptr_t index);

// An amount's 128 bits: the lower half is yielded, the upper written to `high` unless that is null; 0 for everything else.
//
// # Safety
// `value` is null or a value; `high` is null or points to a number.
uint64_t mosl_value_as_mrk(const MoslValue *value,
                           uint64_t *high);

// A text, up to a zero within it; empty for everything else. It lives as long as the value.
//
// # Safety
// `value` is null or a value.
const char *mosl_value_as_text(const MoslValue *value);

// How many items or entries an array or record has; 0 for everything else.
//
// # Safety
// `value` is null or a value.
uintptr_t mosl_value_length(const MoslValue *value);

// An item of an array or record, which lives as long as that; null past the end.
//
// # Safety
// `value` is null or a value.
const MoslValue *mosl_value_item(const MoslValue *value, uintptr_t index);

// The name of a record's entry, which lives as long as that; null past the end.
//
// # Safety
// `value` is null or a value.
const char *mosl_value_name(const MoslValue *value, uintptr_t index);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* MOSL_VM_H */
