import com.google.protobuf.Int64Value;
import com.google.protobuf.StringValue;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** The service in Java. Debian's packages have no health service, so its one byte is written out here. */
public final class SlowServer {
  private static final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2);
  private static final String name = System.getenv("NAME");
  private static volatile byte status = 1;

  public static void main(String[] arguments) throws Exception {
    long limitMs = Long.parseLong(System.getenv("LIMIT_MS"));
    Server server =
        NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", Integer.parseInt(System.getenv("PORT"))))
            .addService(slow())
            .addService(health())
            .build()
            .start();
    // SIGTERM runs the hooks, and the process ends when they return.
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, limitMs)));
    System.out.println("SERVING");
    server.awaitTermination();
  }

  private static void stop(Server server, long limitMs) {
    long began = System.nanoTime();
    System.out.println("GRACEFUL_SHUTDOWN");
    status = 2;
    server.shutdown();
    try {
      if (!server.awaitTermination(limitMs, TimeUnit.MILLISECONDS)) {
        System.out.println("TIMER_EXPIRED " + sinceMs(began));
        server.shutdownNow().awaitTermination();
      }
    } catch (InterruptedException impossible) {
      throw new IllegalStateException(impossible);
    }
    System.out.println("TERMINATED " + sinceMs(began));
  }

  private static long sinceMs(long began) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
  }

  private static ServerServiceDefinition slow() {
    return ServerServiceDefinition.builder("fixture.Slow")
        .addMethod(method(MethodDescriptor.MethodType.UNARY, "Wait"), ServerCalls.asyncUnaryCall(SlowServer::waitFor))
        .addMethod(
            method(MethodDescriptor.MethodType.SERVER_STREAMING, "Tick"),
            ServerCalls.asyncServerStreamingCall(SlowServer::tick))
        .build();
  }

  private static MethodDescriptor<Int64Value, StringValue> method(MethodDescriptor.MethodType type, String called) {
    return MethodDescriptor.<Int64Value, StringValue>newBuilder()
        .setType(type)
        .setFullMethodName("fixture.Slow/" + called)
        .setRequestMarshaller(ProtoUtils.marshaller(Int64Value.getDefaultInstance()))
        .setResponseMarshaller(ProtoUtils.marshaller(StringValue.getDefaultInstance()))
        .build();
  }

  private static void waitFor(Int64Value ms, StreamObserver<StringValue> answer) {
    timer.schedule(
        () -> {
          answer.onNext(StringValue.of(name));
          answer.onCompleted();
        },
        ms.getValue(),
        TimeUnit.MILLISECONDS);
  }

  private static void tick(Int64Value ms, StreamObserver<StringValue> answer) {
    ServerCallStreamObserver<StringValue> call = (ServerCallStreamObserver<StringValue>) answer;
    Runnable send = () -> { if (!call.isCancelled()) call.onNext(StringValue.of(name)); };
    var ticking = timer.scheduleAtFixedRate(send, 0, ms.getValue(), TimeUnit.MILLISECONDS);
    call.setOnCancelHandler(() -> ticking.cancel(false));
  }

  private static ServerServiceDefinition health() {
    MethodDescriptor<byte[], byte[]> check =
        MethodDescriptor.<byte[], byte[]>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName("grpc.health.v1.Health/Check")
            .setRequestMarshaller(new Bytes())
            .setResponseMarshaller(new Bytes())
            .build();
    return ServerServiceDefinition.builder("grpc.health.v1.Health")
        .addMethod(check, ServerCalls.asyncUnaryCall(SlowServer::answerCheck))
        .build();
  }

  private static void answerCheck(byte[] request, StreamObserver<byte[]> answer) {
    String service = request.length < 2 ? "" : new String(request, 2, request.length - 2);
    if (!service.isEmpty() && !service.equals("fixture.Slow")) {
      answer.onError(Status.NOT_FOUND.withDescription("unknown service").asRuntimeException());
      return;
    }
    answer.onNext(new byte[] {8, status});
    answer.onCompleted();
  }

  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException impossible) {
        throw new IllegalStateException(impossible);
      }
    }
  }
}
