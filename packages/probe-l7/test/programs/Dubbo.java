import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.dubbo.config.ApplicationConfig;
import org.apache.dubbo.config.MethodConfig;
import org.apache.dubbo.config.ProtocolConfig;
import org.apache.dubbo.config.ReferenceConfig;
import org.apache.dubbo.config.RegistryConfig;
import org.apache.dubbo.config.ServiceConfig;
import org.apache.dubbo.rpc.RpcContext;
import org.apache.dubbo.rpc.RpcException;
import org.apache.dubbo.rpc.service.GenericService;

/**
 * A provider of Dubbo and its consumer, for the tests. `provider PORT SERIALIZATION` says "ready" and runs until it is
 * killed; `consumer PORT SERIALIZATION ROUNDS` makes its calls and says "done".
 */
public class Dubbo {
  public interface Cart {
    int add(String item, int count);

    String describe(List<String> items, Map<String, Object> options);

    void clear();

    void refuse(String why);

    String slow(long milliseconds);

    void tell(String what);
  }

  public static class CartRefusal extends RuntimeException {
    public CartRefusal(String message) {
      super(message);
    }
  }

  public static class ShopCart implements Cart {
    public int add(String item, int count) {
      return count + 1;
    }

    public String describe(List<String> items, Map<String, Object> options) {
      return items + " " + options.keySet();
    }

    public void clear() {}

    public void refuse(String why) {
      throw new CartRefusal(why);
    }

    public String slow(long milliseconds) {
      try {
        Thread.sleep(milliseconds);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
      return "slow";
    }

    public void tell(String what) {}
  }

  public static void main(String[] arguments) throws Exception {
    int port = Integer.parseInt(arguments[1]);
    if (arguments[0].equals("provider")) provide(port, arguments[2]);
    else consume(port, arguments[2], Integer.parseInt(arguments[3]));
    System.exit(0);
  }

  static ApplicationConfig application(String name) {
    ApplicationConfig application = new ApplicationConfig(name);
    application.setQosEnable(false);
    return application;
  }

  static void provide(int port, String serialization) throws Exception {
    ProtocolConfig protocol = new ProtocolConfig("dubbo", port);
    protocol.setHost("127.0.0.1");
    protocol.setSerialization(serialization);
    ServiceConfig<Cart> service = new ServiceConfig<>();
    service.setApplication(application("shop-provider"));
    service.setRegistry(new RegistryConfig("N/A"));
    service.setProtocol(protocol);
    service.setInterface(Cart.class);
    service.setVersion("1.2.0");
    service.setGroup("blue");
    service.setRef(new ShopCart());
    service.export();
    System.out.println("ready");
    Thread.currentThread().join();
  }

  static <T> ReferenceConfig<T> reference(int port, String serialization, String more) {
    ReferenceConfig<T> reference = new ReferenceConfig<>();
    reference.setApplication(application("shop-consumer"));
    reference.setRegistry(new RegistryConfig("N/A"));
    reference.setInterface(Cart.class.getName());
    reference.setVersion("1.2.0");
    reference.setGroup("blue");
    reference.setTimeout(20_000);
    reference.setRetries(0);
    reference.setCheck(false);
    reference.setUrl("dubbo://[::1]:" + port + "/" + Cart.class.getName() + "?serialization=" + serialization + more);
    return reference;
  }

  /** Values of many types, all of which a parser has to step over. */
  static Map<String, Object> options() {
    Map<String, Object> options = new HashMap<>();
    options.put("colour", "rouge foncé €");
    options.put("weights", new double[] {0, 1, 1.5, 2_000_000.25});
    options.put("counts", new ArrayList<>(List.of(1, -1, 200, -70_000, Integer.MAX_VALUE)));
    options.put("totals", new ArrayList<>(List.of(1L, -9L, 5_000L, 1L << 40)));
    options.put("raw", new byte[300]);
    options.put("when", new Date(0));
    options.put("flags", new boolean[] {true, false});
    options.put("nothing", null);
    options.put("long", "y".repeat(1_200));
    return options;
  }

  static void consume(int port, String serialization, int rounds) throws Exception {
    MethodConfig oneWay = new MethodConfig();
    oneWay.setName("tell");
    oneWay.setReturn(false);
    ReferenceConfig<Cart> reference = reference(port, serialization, "&heartbeat=1000");
    reference.setMethods(List.of(oneWay));
    Cart cart = reference.get();
    for (int i = 0; i < rounds; i++) {
      cart.add("apple", i);
      RpcContext.getContext().setAttachment("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
      cart.describe(new ArrayList<>(List.of("apple", "pear")), options());
      cart.clear();
      cart.add("x".repeat(9_000), i);
      cart.tell("nothing");
      try {
        cart.refuse("not today");
      } catch (RuntimeException expected) {
        if (i == 0) System.err.println(expected.getClass());
      }
    }
    ReferenceConfig<GenericService> generic = reference(port, serialization, "");
    generic.setGeneric("true");
    Object sum = generic.get().$invoke("add", new String[] {"java.lang.String", "int"}, new Object[] {"pear", 1});
    if (!Integer.valueOf(2).equals(sum)) throw new IllegalStateException("sum is " + sum);
    ReferenceConfig<Cart> absent = reference(port, serialization, "");
    absent.setGroup("green");
    try {
      absent.get().clear();
    } catch (RpcException expected) {
      System.err.println(expected.getClass());
    }
    cart.slow(2_500);
    System.out.println("done");
  }
}
