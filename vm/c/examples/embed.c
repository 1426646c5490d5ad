/* A host in C: loads a module, lends it a world, calls it, ends what does not end. Usage: embed FILE.mvm
 * The module is examples/embed.mosl, built with `mosl build --target mvm`. */
#include "mosl_vm.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The world of one object: it counts nodes, and remembers the call that waits for an answer. */
typedef struct World {
  double nodes;
  uint64_t waiting;
  uint64_t commits;
} World;

static int32_t on_call(void *context, const char *module, const char *name, const MoslValue *const *args, size_t count,
                       MoslReply *reply) {
  World *world = context;
  if (strcmp(name, "createNode") == 0) {
    printf("host: %s creates a %s\n", module, count > 0 ? mosl_value_as_text(args[0]) : "?");
    reply->value = mosl_value_number(++world->nodes);
    return MOSL_ANSWER_VALUE;
  }
  if (strcmp(name, "animateProperties") == 0) {
    reply->pending = world->waiting = 1;
    return MOSL_ANSWER_PENDING;
  }
  if (strcmp(name, "setProperty") == 0) return MOSL_ANSWER_VALUE;
  reply->name = "TypeError";
  reply->message = "this host does not do that";
  return MOSL_ANSWER_THROW;
}

static void on_print(void *context, bool is_error, const char *line) {
  (void)context;
  printf("%s: %s\n", is_error ? "error" : "script", line);
}

static void on_commit(void *context) { ((World *)context)->commits++; }

/* Prints what a turn did, and lets go of it. */
static void finish(const char *what, MoslTurn *turn) {
  const MoslValue *result = mosl_turn_result(turn);
  const char *trap = mosl_turn_trap(turn), *error;
  printf("%s:", what);
  if (mosl_value_kind(result) == MOSL_KIND_NUMBER) printf(" %g", mosl_value_as_number(result, 0));
  if (mosl_value_kind(result) == MOSL_KIND_TEXT) printf(" %s", mosl_value_as_text(result));
  for (size_t i = 0; i < mosl_value_length(result); i++) {
    const MoslValue *item = mosl_value_item(result, i);
    printf(" %s=", mosl_value_name(result, i));
    if (mosl_value_kind(item) == MOSL_KIND_TEXT) printf("%s", mosl_value_as_text(item));
    if (mosl_value_kind(item) == MOSL_KIND_NUMBER) printf("%g", mosl_value_as_number(item, 0));
    if (mosl_value_kind(item) == MOSL_KIND_BOOL) printf("%s", mosl_value_as_bool(item) ? "true" : "false");
  }
  if (trap) printf(" ended by a %.*s", (int)strcspn(trap, "("), trap);
  printf("\n");
  for (size_t i = 0; (error = mosl_turn_error(turn, i)); i++) printf("%s: %s\n", what, error);
  mosl_turn_free(turn);
}

static uint8_t *read_file(const char *path, size_t *length) {
  FILE *file = fopen(path, "rb");
  if (!file) return NULL;
  fseek(file, 0, SEEK_END);
  *length = (size_t)ftell(file);
  rewind(file);
  uint8_t *bytes = malloc(*length + 1);
  *length = fread(bytes, 1, *length, file);
  fclose(file);
  return bytes;
}

int main(int count, char **words) {
  size_t length = 0;
  uint8_t *bytes = count > 1 ? read_file(words[1], &length) : NULL;
  if (!bytes) return 1;

  /* Bytes that are no module are refused, with a reason. */
  char *reason = NULL;
  MoslModule *forged = mosl_module_load(bytes, length / 2, &reason);
  printf("half a module: %s\n", forged ? "loaded" : "refused");
  mosl_text_free(reason);

  MoslModule *module = mosl_module_load(bytes, length, &reason);
  free(bytes);
  if (!module) return printf("%s\n", reason), 1;

  World world = {0};
  MoslHost host = {.context = &world, .call = on_call, .print = on_print, .commit = on_commit};
  MoslLimits limits = mosl_limits_default();
  limits.fuel = 10000000;
  MoslInstance *instance = mosl_instance_new(module, limits);
  finish("start", mosl_instance_start(instance, &host));

  MoslValue *size = mosl_value_vec2(3, 4);
  finish("area", mosl_instance_call(instance, &host, "area", (const MoslValue *const[]){size}, 1));

  MoslValue *names = mosl_value_array(), *options = mosl_value_record(), *loud = mosl_value_bool(true);
  MoslValue *ada = mosl_value_text("Ada"), *grace = mosl_value_text("Grace");
  mosl_value_push(names, ada);
  mosl_value_push(names, grace);
  mosl_value_set(options, "loud", loud);
  finish("describe", mosl_instance_call(instance, &host, "describe", (const MoslValue *const[]){names, options}, 2));

  /* What waits for the host goes on when it answers. */
  finish("ask", mosl_instance_call(instance, &host, "ask", NULL, 0));
  finish("answer", mosl_instance_resolve(instance, &host, world.waiting, NULL));

  finish("timer", mosl_instance_advance_to(instance, &host, mosl_instance_next_timer(instance)));
  finish("spin", mosl_instance_call(instance, &host, "spin", NULL, 0));
  printf("dead: %d, turns: %d, commits: %d\n", mosl_instance_is_dead(instance),
         (int)mosl_instance_report(instance).turns, (int)world.commits);

  /* Another instance of the module, which a watchdog would end: here the hand that asks is this thread's own. */
  MoslInstance *other = mosl_instance_new(module, mosl_limits_default());
  finish("start", mosl_instance_start(other, &host));
  MoslInterrupter *interrupter = mosl_instance_interrupter(other);
  mosl_interrupt(interrupter);
  finish("spin", mosl_instance_call(other, &host, "spin", NULL, 0));
  mosl_interrupter_free(interrupter);

  MoslValue *values[] = {size, names, options, loud, ada, grace};
  for (size_t i = 0; i < sizeof values / sizeof *values; i++) mosl_value_free(values[i]);
  mosl_instance_free(other);
  mosl_instance_free(instance);
  mosl_module_free(module);
  return 0;
}
